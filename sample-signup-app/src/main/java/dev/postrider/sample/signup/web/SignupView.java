package dev.postrider.sample.signup.web;

import java.util.Map;

/** The form as it is shown: what was typed, without the password, and what is wrong with it. */
record SignupView(String name, String email, Map<String, String> problems) {
    static SignupView empty() {
        return new SignupView("", "", Map.of());
    }

    public boolean isFaulty() {
        return !problems.isEmpty();
    }

    /** What is wrong with a field; empty if nothing. */
    public String problem(String field) {
        return problems.getOrDefault(field, "");
    }
}

package dev.postrider.sample.signup.registration;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a person typed. Name and address are stripped of surrounding blanks; the password is left as it is.
 *
 * @param name what to call the person
 * @param email where the mail goes
 * @param password never shown again, not even in a form with errors
 */
public record SignupForm(
        @NotEmpty(message = "Tell us what to call you.")
                @Size(max = 100, message = "That is a long name; please keep it within 100 characters.")
                @Pattern(regexp = "\\P{Cntrl}*", message = "Please leave out line breaks and control characters.")
                String name,
        @NotEmpty(message = "We need your e-mail address to send you the link.")
                @Size(max = 254, message = "No e-mail address is that long.")
                @Email(
                        regexp = "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+",
                        message = "That does not look like an e-mail address. It has the form name@example.com.")
                String email,
        @NotEmpty(message = "Choose a password.")
                @Size(min = 10, message = "Use at least 10 characters. A short sentence works well.")
                String password) {

    // bcrypt reads no further, and a password that is cut silently would be a lie.
    private static final int PASSWORD_BYTES_MAX = 72;

    public SignupForm {
        name = name == null ? "" : name.strip();
        email = email == null ? "" : email.strip();
        password = password == null ? "" : password;
    }

    /** What is wrong, by field and in the order of the form; empty if nothing is. One sentence for each field. */
    public Map<String, String> problems(Validator validator) {
        Map<String, String> problems = new LinkedHashMap<>();
        for (String field : new String[] {"name", "email", "password"}) {
            Stream<ConstraintViolation<SignupForm>> violations = validator.validate(this).stream()
                    .filter(violation -> violation.getPropertyPath().toString().equals(field));
            violations
                    .min((one, other) -> Integer.compare(rank(one), rank(other)))
                    .ifPresent(violation -> problems.put(field, violation.getMessage()));
        }
        if (!problems.containsKey("password")) {
            passwordProblem(problems);
        }
        return problems;
    }

    private void passwordProblem(Map<String, String> problems) {
        if (password.getBytes(StandardCharsets.UTF_8).length > PASSWORD_BYTES_MAX) {
            problems.put("password", "Please keep the password within 72 characters.");
        } else if (password.chars().distinct().count() == 1) {
            problems.put("password", "One character over and over is guessed first. Try a short sentence.");
        } else if (!email.isEmpty() && password.toLowerCase(Locale.ROOT).contains(email.toLowerCase(Locale.ROOT))) {
            problems.put("password", "Your address is the first thing that somebody would try.");
        }
    }

    // An empty field breaks several rules; the reader should hear of the plainest.
    private static int rank(ConstraintViolation<?> violation) {
        Class<?> rule = violation.getConstraintDescriptor().getAnnotation().annotationType();
        if (rule == NotEmpty.class) {
            return 0;
        }
        return rule == Size.class ? 1 : 2;
    }

    @Override
    public String toString() {
        return "SignupForm[hidden]";
    }
}

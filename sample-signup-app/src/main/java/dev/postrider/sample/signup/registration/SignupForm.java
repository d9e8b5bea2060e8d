package dev.postrider.sample.signup.registration;

import dev.postrider.sample.signup.form.Fields;
import jakarta.validation.Validator;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * What a person typed. Name and address are stripped of surrounding blanks; the password is left as it is.
 *
 * @param name what to call the person
 * @param email where the mail goes
 * @param password never shown again, not even in a form with errors
 */
public record SignupForm(
        @NotEmpty(message = Fields.NAME_MISSING)
                @Size(max = Fields.NAME_LENGTH_MAX, message = Fields.NAME_TOO_LONG)
                @Pattern(regexp = Fields.NAME_PATTERN, message = Fields.NAME_MALFORMED)
                String name,
        @NotEmpty(message = "We need your e-mail address to send you the link.")
                @Size(max = Fields.EMAIL_LENGTH_MAX, message = Fields.EMAIL_TOO_LONG)
                @Email(regexp = Fields.EMAIL_PATTERN, message = Fields.EMAIL_MALFORMED)
                String email,
        @NotEmpty(message = "Choose a password.")
                @Size(min = 10, message = "Use at least 10 characters. A short sentence works well.")
                String password) {

    // bcrypt reads no further, and a password that is cut silently would be a lie.
    private static final int PASSWORD_BYTES_MAX = 72;

    public SignupForm {
        name = Fields.stripped(name);
        email = Fields.stripped(email);
        password = password == null ? "" : password;
    }

    /** What is wrong, by field and in the order of the form; empty if nothing is. One sentence for each field. */
    public Map<String, String> problems(Validator validator) {
        Map<String, String> problems = Fields.problems(validator, this, "name", "email", "password");
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

    @Override
    public String toString() {
        return "SignupForm[hidden]";
    }
}

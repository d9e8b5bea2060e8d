package dev.postrider.sample.signup.form;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The rules for a name and an address, and how a form's violations become one sentence for each field. */
public final class Fields {
    public static final int NAME_LENGTH_MAX = 100;
    public static final String NAME_MISSING = "Tell us what to call you.";
    public static final String NAME_TOO_LONG = "That is a long name; please keep it within 100 characters.";
    public static final String NAME_PATTERN = "\\P{Cntrl}*";
    public static final String NAME_MALFORMED = "Please leave out line breaks and control characters.";

    public static final int EMAIL_LENGTH_MAX = 254;
    public static final String EMAIL_TOO_LONG = "No e-mail address is that long.";
    public static final String EMAIL_PATTERN = "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+";
    public static final String EMAIL_MALFORMED =
            "That does not look like an e-mail address. It has the form name@example.com.";

    private Fields() {}

    /** What is wrong, by field and in the order given; empty if nothing is. The map is the caller's to change. */
    public static <T> Map<String, String> problems(Validator validator, T form, String... fields) {
        Set<ConstraintViolation<T>> violations = validator.validate(form);
        Map<String, String> problems = new LinkedHashMap<>();
        for (String field : fields) {
            violations.stream()
                    .filter(violation -> violation.getPropertyPath().toString().equals(field))
                    .min((one, other) -> Integer.compare(rank(one), rank(other)))
                    .ifPresent(violation -> problems.put(field, violation.getMessage()));
        }
        return problems;
    }

    /** What was typed, without surrounding blanks; empty for nothing. */
    public static String stripped(String typed) {
        return typed == null ? "" : typed.strip();
    }

    // An empty field breaks several rules; the reader should hear of the plainest.
    private static int rank(ConstraintViolation<?> violation) {
        Class<?> rule = violation.getConstraintDescriptor().getAnnotation().annotationType();
        if (rule == NotEmpty.class) {
            return 0;
        }
        return rule == Size.class ? 1 : 2;
    }
}

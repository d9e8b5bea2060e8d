package dev.postrider.sample.signup.checkout;

import dev.postrider.sample.signup.form.Fields;
import dev.postrider.sample.signup.purchase.Article;
import jakarta.validation.Validator;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;

/**
 * What a buyer typed and chose. Name and address are stripped of surrounding blanks.
 *
 * @param name what to call the buyer
 * @param email where the receipt goes
 * @param article an article's code
 */
public record PurchaseForm(
        @NotEmpty(message = Fields.NAME_MISSING)
                @Size(max = Fields.NAME_LENGTH_MAX, message = Fields.NAME_TOO_LONG)
                @Pattern(regexp = Fields.NAME_PATTERN, message = Fields.NAME_MALFORMED)
                String name,
        @NotEmpty(message = "We need your e-mail address to send you the receipt.")
                @Size(max = Fields.EMAIL_LENGTH_MAX, message = Fields.EMAIL_TOO_LONG)
                @Email(regexp = Fields.EMAIL_PATTERN, message = Fields.EMAIL_MALFORMED)
                String email,
        String article) {

    public PurchaseForm {
        name = Fields.stripped(name);
        email = Fields.stripped(email);
        article = Fields.stripped(article);
    }

    /** What is wrong, by field and in the order of the form; empty if nothing is. One sentence for each field. */
    public Map<String, String> problems(Validator validator) {
        Map<String, String> problems = Fields.problems(validator, this, "name", "email");
        if (Article.of(article).isEmpty()) {
            problems.put("article", "Choose what you would like to have.");
        }
        return problems;
    }

    /**
     * What was chosen.
     *
     * @throws java.util.NoSuchElementException if there is no such article, which is one of the problems
     */
    Article chosen() {
        return Article.of(article).orElseThrow();
    }

    @Override
    public String toString() {
        return "PurchaseForm[hidden]";
    }
}

package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.checkout.PurchaseForm;
import dev.postrider.sample.signup.purchase.Article;
import java.util.List;
import java.util.Map;

/** The form as it is shown: what was typed and chosen, and what is wrong with it. */
record PurchaseFormView(PurchaseForm form, Map<String, String> problems) {
    static PurchaseFormView empty() {
        return new PurchaseFormView(new PurchaseForm("", "", Article.MAP.code()), Map.of());
    }

    public List<Article> articles() {
        return List.of(Article.values());
    }

    public boolean isFaulty() {
        return !problems.isEmpty();
    }

    /** What is wrong with a field; empty if nothing. */
    public String problem(String field) {
        return problems.getOrDefault(field, "");
    }

    /** The id of the element that a problem's link leads to: of a choice, its first. */
    public String anchor(String field) {
        return field.equals("article") ? "article-" + Article.values()[0].code() : field;
    }
}

package dev.postrider.sample.signup.purchase;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What can be bought: something for the parcel, and something that needs none. */
public enum Article {
    MAP("Map of the post roads, printed", true),
    DOWNLOAD("Map of the post roads, as a file", false);

    private final String title;
    private final boolean goods;

    Article(String title, boolean goods) {
        this.title = title;
        this.goods = goods;
    }

    /** For people. */
    public String title() {
        return title;
    }

    /** Whether there is anything to take from a shelf. */
    public boolean isGoods() {
        return goods;
    }

    /** For forms, scripts and tests: {@code map}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The article of a code; empty if there is none. */
    public static Optional<Article> of(String code) {
        return Stream.of(values())
                .filter(article -> article.code().equals(code))
                .findFirst();
    }
}

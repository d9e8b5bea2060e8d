package dev.postrider.sample.signup.purchase;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Who gets a copy of a purchase. Each has a queue of its name, subscribed to the topic, and a worker of its own. */
public enum Department {
    SHIPPING("Shipping", null),
    DISTRIBUTION("Distribution", "headers.goods = 'true'"),
    RECEIPTS("Receipts", null);

    private final String title;
    private final String filter;

    Department(String title, String filter) {
        this.title = title;
        this.filter = filter;
    }

    /** For people. */
    public String title() {
        return title;
    }

    /** The queue, and the name for scripts and tests. */
    public String queue() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Which purchases it subscribes to, in the broker's filter language; empty for all of them. */
    public Optional<String> filter() {
        return Optional.ofNullable(filter);
    }

    /** What the filter means for an article: the broker decides by the filter, the page tells by this. */
    public boolean wants(Article article) {
        return filter == null || article.isGoods();
    }

    /** The department of a queue's name; empty if there is none. */
    public static Optional<Department> of(String queue) {
        return Stream.of(values())
                .filter(department -> department.queue().equals(queue))
                .findFirst();
    }
}

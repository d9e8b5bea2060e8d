package dev.postrider.system.load;

import dev.postrider.system.history.Timeline;
import java.util.List;
import java.util.stream.IntStream;

/** When which broker answered a publish with success, and when it delivered. Thread-safe. */
public final class Service {
    private final List<Timeline> published;
    private final List<Timeline> delivered;
    private final Timeline publishedByAny = new Timeline();
    private final Timeline deliveredByAny = new Timeline();

    Service(int brokers) {
        published = timelines(brokers);
        delivered = timelines(brokers);
    }

    private static List<Timeline> timelines(int brokers) {
        return IntStream.range(0, brokers).mapToObj(any -> new Timeline()).toList();
    }

    void publishedBy(int broker) {
        published.get(broker).add(System.nanoTime());
        publishedByAny.add(System.nanoTime());
    }

    void deliveredBy(int broker) {
        delivered.get(broker).add(System.nanoTime());
        deliveredByAny.add(System.nanoTime());
    }

    /** The publishes that this broker acknowledged. */
    public Timeline published(int broker) {
        return published.get(broker);
    }

    /** The messages that this broker handed out. */
    public Timeline delivered(int broker) {
        return delivered.get(broker);
    }

    /** The publishes that any broker acknowledged. */
    public Timeline published() {
        return publishedByAny;
    }

    /** The messages that any broker handed out. */
    public Timeline delivered() {
        return deliveredByAny;
    }
}

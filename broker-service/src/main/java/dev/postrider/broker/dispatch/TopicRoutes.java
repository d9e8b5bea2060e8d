package dev.postrider.broker.dispatch;

import dev.postrider.broker.filter.Filter;
import dev.postrider.broker.filter.FilterSubject;
import dev.postrider.broker.filter.RecordSubject;
import dev.postrider.broker.queue.TopicDefinition;
import dev.postrider.protocol.record.MessageRecord;
import java.util.BitSet;
import java.util.List;

/**
 * Where the messages of a topic go, as of one version of it.
 *
 * @param topic with the version
 * @param routes one for each subscription
 * @param filtered true if one of them does not take everything
 */
record TopicRoutes(TopicDefinition topic, List<Route> routes, boolean filtered) {
    /**
     * A subscribed queue.
     *
     * @param filter null: it gets every message
     */
    record Route(int queueId, Filter filter) {}

    static TopicRoutes of(TopicDefinition topic, List<Route> routes) {
        return new TopicRoutes(topic, routes, routes.stream().anyMatch(route -> route.filter != null));
    }

    /** Positions among the routes of those that do not take the message; null: all take it. */
    BitSet refusing(MessageRecord message) {
        if (!filtered) {
            return null;
        }
        FilterSubject subject = new RecordSubject(message);
        BitSet refusing = null;
        for (int i = 0; i < routes.size(); i++) {
            Filter filter = routes.get(i).filter;
            if (filter != null && !filter.matches(subject)) {
                refusing = refusing == null ? new BitSet() : refusing;
                refusing.set(i);
            }
        }
        return refusing;
    }
}

package dev.postrider.broker.dispatch;

import dev.postrider.broker.filter.Filter;
import io.vertx.core.Future;
import java.util.List;

/** Lets clients follow topics: they see what is published, and nobody waits for them. Safe to call from any thread. */
public interface Followers {
    /**
     * Begins to follow. What is published after the answer, through whichever broker, comes or is reported as a gap.
     *
     * @param topic the topic's name; created if absent where the broker is set so, else {@code topic-not-found}
     */
    Future<Following> follow(String topic, Start start);

    /**
     * Where to begin.
     *
     * @param after behind this position; null: see {@code fromMillis}
     * @param fromMillis with what was published then, by the database's clock; negative: with what comes now
     * @param filter null: every message
     */
    record Start(Position after, long fromMillis, Filter filter) {}

    /** A client that follows a topic. */
    interface Following {
        /**
         * What comes next, as soon as there is something; to be called again once that is dealt with. Completes on the
         * context of the caller; fails when the topic is deleted or the broker leaves or was fenced.
         */
        Future<Portion> next();

        /** Behind all answers but the last one, and behind that too while the next is waited for. From any thread. */
        Position position();

        /** No more is wanted. Takes effect once, whatever else is under way. */
        void leave();
    }

    /**
     * Some of what was published.
     *
     * @param gap what is missing before the messages; null: nothing
     * @param messages in order; may be empty
     */
    record Portion(Gap gap, List<Followed> messages) {}

    /**
     * Messages that were published in that time, if any, cannot be had any more.
     *
     * @param fromMillis since 1970, by the database's clock
     */
    record Gap(long fromMillis, long toMillis) {}

    /** A message with the position behind it. It has no receipt and no queue. */
    record Followed(Position position, Delivered message) {}
}

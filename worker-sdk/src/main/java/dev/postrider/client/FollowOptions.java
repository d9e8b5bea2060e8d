package dev.postrider.client;

import java.time.Instant;
import java.util.function.Consumer;

/**
 * Which messages of a topic to follow, and from where. Without position and instant, from now on.
 *
 * @param filter which messages, in the broker's filter language; null for all
 * @param from begin with what was published then; null for now
 * @param position begin behind this one, the {@link TopicEvent#position} of an event; it goes before {@code from}; null
 *     for none
 * @param onStart is given the position where it begins, once, on the client's event loop, before the first event: what
 *     is published from then on is shown. It must not block; what it throws ends the stream as its failure. Null for
 *     nobody
 */
public record FollowOptions(String filter, Instant from, String position, Consumer<String> onStart) {
    private static final int POSITION_LENGTH_MAX = 256;

    /** @throws IllegalArgumentException if the position cannot be one: empty, too long, or not visible ASCII */
    public FollowOptions {
        if (position != null && !isPosition(position)) {
            throw new IllegalArgumentException("position must be the position of an event");
        }
    }

    private static boolean isPosition(String text) {
        return !text.isEmpty()
                && text.length() <= POSITION_LENGTH_MAX
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** All messages, from now on. */
    public static FollowOptions defaults() {
        return new FollowOptions(null, null, null, null);
    }

    public FollowOptions withFilter(String value) {
        return new FollowOptions(value, from, position, onStart);
    }

    public FollowOptions withFrom(Instant value) {
        return new FollowOptions(filter, value, position, onStart);
    }

    public FollowOptions withPosition(String value) {
        return new FollowOptions(filter, from, value, onStart);
    }

    public FollowOptions withOnStart(Consumer<String> value) {
        return new FollowOptions(filter, from, position, value);
    }
}

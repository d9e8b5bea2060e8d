package dev.postrider.client;

import java.time.Instant;

/** What comes to somebody who follows a topic: a message, or word that messages are missing. Immutable. */
public sealed interface TopicEvent {

    /**
     * Where to go on, for {@link FollowOptions#withPosition}; good at every broker on the same database. Of a message
     * it is behind it. Of a gap it is before it, so that who goes on from there is told of the gap again.
     */
    String position();

    /**
     * A message that was published to the topic.
     *
     * @param message without receipt and queue; to settle it fails with {@code invalid-receipt}, nobody waits for that
     */
    record Message(ReceivedMessage message, String position) implements TopicEvent {}

    /**
     * Messages that were published in that time may be missing: the topic did not keep them long enough.
     *
     * @param from by the clock of the broker's database
     * @param to by the same clock
     */
    record Gap(Instant from, Instant to, String position) implements TopicEvent {}
}

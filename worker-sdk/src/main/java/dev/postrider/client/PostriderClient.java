package dev.postrider.client;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A connection to a broker, one of several that share a database if several are named. It carries all publishing and
 * all subscriptions over one WebSocket, which it opens when it is first needed and opens again when it is lost: to
 * the next broker at once, and with exponential backoff and jitter when none of them serves. Management goes over
 * HTTP, and so does every topic that is followed, over a connection of its own. A broker that stops in order fails
 * nothing: what it had not answered is repeated at the next one.
 *
 * <p>Every call is lazy and repeatable, as Mutiny has it: nothing happens before somebody subscribes, and every
 * subscription does it once more. Every failure is a {@link PostriderException}; arguments that cannot be right are
 * refused at once, with {@link dev.postrider.protocol.ProtocolException} or {@link IllegalArgumentException}.
 *
 * <p>Threading: safe for any thread. All the client's state lives on one event loop, and items, results and failures
 * are handed over on that loop's thread: do not block in them ({@code emitOn} moves the rest of a pipeline
 * elsewhere). No call but {@link #close()} blocks the caller.
 */
public interface PostriderClient extends AutoCloseable {

    /** Starts the description of a client. */
    static ClientBuilder builder() {
        return new ClientBuilder();
    }

    /**
     * Publishes one message; completes with its id once the broker has stored it durably. Messages that wait for the
     * same queue travel together, and several such batches are on their way at a time, so that two publishes whose
     * results nobody waited for may be stored in either order.
     *
     * <p>When more than the publish window is unanswered, later publishes wait in the client; when more than the
     * backlog waits, they fail at once with {@code overloaded}. "Later" answers of the broker ({@code queue-full},
     * {@code rate-limited}, {@code overloaded}) are repeated until the publish deadline. A publish whose outcome is
     * unknown (connection lost, {@code unavailable}) is repeated only if the message has an id or a deduplication
     * key, its own or one from {@link ClientBuilder#idempotentRetries}; otherwise it fails with
     * {@link PostriderException#isOutcomeUnknown()}.
     */
    Uni<String> publish(String queue, OutgoingMessage message);

    /**
     * Publishes messages, all of them or none; completes with their ids, in order. Bounds and repetition are as for
     * {@link #publish}; it is repeated after an unknown outcome only if every message can be told from a new one.
     */
    Uni<List<String>> publishAll(String queue, List<OutgoingMessage> messages);

    /**
     * Publishes one message to a topic: every queue that was subscribed before gets it, or none does. Completes
     * with its id, also when no queue is subscribed; fails with {@code topic-not-found}. Otherwise as {@link
     * #publish}.
     */
    Uni<String> publishToTopic(String topic, OutgoingMessage message);

    /** Publishes messages to a topic, all of them or none. Otherwise as {@link #publishToTopic}. */
    Uni<List<String>> publishAllToTopic(String topic, List<OutgoingMessage> messages);

    /**
     * The messages of a queue, under the subscriber's demand: {@code request(n)} becomes credit at the broker, which
     * never sends beyond it. A lost connection is not a failure: the subscription goes on over the next one with the
     * demand that is left. A message that came over the lost one is settled over the next; that fails with
     * {@code receipt-expired} if the broker has taken it back by then, to hand it out again. The stream fails when
     * the broker refuses it for good (no such queue, no right), and completes when the client is closed. Cancelling
     * leaves the queue; messages still on their way then go back.
     */
    Multi<ReceivedMessage> subscribe(String queue, SubscribeOptions options);

    /**
     * Takes up to {@code max} messages by one long poll over HTTP; empty after {@code wait} without any. They may be
     * settled as those of a subscription, as long as their lease lasts, whatever happens to connections.
     *
     * @param max 1 to 1,000
     * @param wait 0 to 60 s
     * @param lease null for the queue's own
     */
    Uni<List<ReceivedMessage>> receive(String queue, int max, Duration wait, Duration lease);

    /**
     * Looks at messages and leaves them as they are; they have no receipt and cannot be settled.
     *
     * @param state {@code ready}, {@code scheduled} or {@code inFlight}
     * @param limit how many at most
     * @param after {@link MessagePage#next()} of the page before, or null for the first
     */
    Uni<MessagePage> peek(String queue, String state, int limit, String after);

    /** A queue's settings and figures; fails with {@code queue-not-found}. */
    Uni<QueueInfo> queue(String queue);

    /** Creates a queue or replaces its settings. */
    Uni<QueueInfo> putQueue(String queue, QueueOptions options);

    /** Drops the ready and the scheduled messages; completes with their number. */
    Uni<Long> purge(String queue);

    /** Stops delivery; publishing goes on. */
    Uni<Void> pause(String queue);

    /** Lets delivery go on. */
    Uni<Void> resume(String queue);

    /** Deletes a queue with all its messages. */
    Uni<Void> deleteQueue(String queue);

    /** Creates a topic if it is absent, one that retains nothing; leaves one that is there as it is. */
    Uni<Void> declareTopic(String topic);

    /**
     * Creates a topic or changes how long it keeps what is published to it, also what it keeps already.
     *
     * @param retention 1 second to 366 days; null: nothing is kept beyond delivery
     */
    Uni<Void> declareTopic(String topic, Duration retention);

    /**
     * Delivers again what the queue's topics retain and were published since then, unless the queue still owes it;
     * completes with how many messages went to the queue. If it fails, some may have gone, and go again when it is
     * called again. Fails with {@code queue-not-found}.
     *
     * @param from any instant, also one long ago or to come
     */
    Uni<Long> seek(String queue, Instant from);

    /**
     * Makes a queue get a copy of every message that is published to the topic from the answer on, or changes
     * which. The queue is created if absent. Fails with {@code topic-not-found}, or {@code invalid-request} for a
     * bad filter.
     *
     * @param filter which messages, in the broker's filter language; null for all
     */
    Uni<Void> subscribeQueue(String topic, String queue, String filter);

    /** What was published before stays in the queue. Fails with {@code subscription-not-found}. */
    Uni<Void> removeSubscription(String topic, String queue);

    /**
     * Shows what is published to a topic, in the order in which it was stored: from now on, or from where {@code
     * options} say if the topic retains its messages. Nobody waits for the subscriber, and nothing is acknowledged;
     * whoever misses messages is told of the gap. "Now" is when the broker has answered for the first time, which
     * {@link FollowOptions#onStart} is told of.
     *
     * <p>Under the subscriber's demand: without any, nothing is connected or read, and the client holds a socket's
     * reading at most. A broker drops who reads nothing for 45 s while there is something to read; that, as any lost
     * connection, is not a failure: with more demand it goes on over the next one behind the last event that came, each
     * message once, if the topic retains it, and with a {@link TopicEvent.Gap} if it does not. It waits between two
     * tries as for other connections, and at least as long as the broker asks.
     *
     * <p>The stream fails when the broker refuses it for good ({@code topic-not-found}, also when the topic is deleted
     * later on, {@code invalid-request} for a bad filter or position, no right), and completes when the client is
     * closed. Cancelling closes the connection.
     */
    Multi<TopicEvent> followTopic(String topic, FollowOptions options);

    /** Deletes a topic with its subscriptions; what its queues got already is theirs. */
    Uni<Void> deleteTopic(String topic);

    /**
     * The dead letters of a queue.
     *
     * @param limit how many at most
     * @param after {@link DeadLetterPage#next()} of the page before, or null for the first
     */
    Uni<DeadLetterPage> deadLetters(String queue, int limit, String after);

    /**
     * Gives dead letters back to work, their attempts counted from one again; completes with their number.
     *
     * @param ids null for all of the queue
     */
    Uni<Long> redrive(String queue, List<String> ids);

    /** Creates a schedule or replaces it. */
    Uni<ScheduleInfo> putSchedule(String name, ScheduleOptions options);

    /** A schedule and when it fires next; fails with {@code schedule-not-found}. */
    Uni<ScheduleInfo> schedule(String name);

    /**
     * Schedules by name.
     *
     * @param limit how many at most
     * @param after {@link SchedulePage#next()} of the page before, or null for the first
     */
    Uni<SchedulePage> schedules(int limit, String after);

    /** Deletes a schedule; what it has published stays. */
    Uni<Void> deleteSchedule(String name);

    /**
     * Stops in order: takes no more work, completes the subscriptions, waits until publishes and settlements are
     * answered or {@code limit} has passed, fails what is left with {@code unavailable}, and closes the connections.
     */
    Uni<Void> stop(Duration limit);

    /**
     * {@link #stop} with five seconds. Waits for it, except on an event loop thread, where it only starts it. May be
     * called twice.
     */
    @Override
    void close();
}

package dev.postrider.broker.simulation;

import dev.postrider.broker.dispatch.DispatchSettings;
import dev.postrider.broker.queue.Durability;
import dev.postrider.broker.queue.Limits;
import dev.postrider.broker.queue.Ordering;
import dev.postrider.broker.queue.Overflow;
import dev.postrider.broker.queue.Precedence;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.protocol.TextDuration;
import dev.postrider.protocol.TextRate;
import java.util.Set;

/** What a seed makes of a world: how many brokers, which queues, how long the bad time lasts. */
record Wishes(
        int brokers,
        int consumers,
        int publishers,
        long faultsUntilMillis,
        boolean hasGrave,
        QueueSettings work,
        QueueSettings mail,
        QueueSettings buried,
        DispatchSettings settings,
        boolean hasTopic,
        boolean filters) {
    static final String WORK = "work";
    static final String MAIL = "mail";
    static final String GRAVE = "grave";
    /** A topic, to which the two queues for work are subscribed sooner or later. */
    static final String NEWS = "news";

    static Wishes of(Chance chance) {
        boolean grave = chance.happens(0.25);
        boolean topic = chance.happens(0.3);
        // A message of the topic that dies in both queues would come to the grave twice, under one name.
        String graveOfMail = grave && !topic && chance.happens(0.5) ? GRAVE : null;
        Wishes wishes = new Wishes(
                chance.between(1, 4),
                chance.between(2, 6),
                chance.between(1, 3),
                chance.between(6_000, 25_000),
                grave,
                queue(chance, chance.happens(0.25) ? bounded(chance) : Limits.NONE, grave ? GRAVE : null),
                inOrder(chance, queue(chance, chance.happens(0.25) ? throttled(chance) : Limits.NONE, graveOfMail)),
                queue(chance, Limits.NONE, null),
                new DispatchSettings(
                        false,
                        chance.between(1, 3),
                        chance.between(8, 60),
                        1 << 20,
                        chance.between(3, 20),
                        1 << 20,
                        chance.between(0, 4_000),
                        chance.between(500, 8_000)),
                topic,
                chance.happens(0.5));
        return chance.happens(0.15) ? wishes.fair() : wishes;
    }

    /** The same, but that tenants take turns where there is no other order. */
    private Wishes fair() {
        Precedence byKey = new Precedence(Ordering.NONE, "key", null);
        return new Wishes(
                brokers,
                consumers,
                publishers,
                faultsUntilMillis,
                hasGrave,
                work.withPrecedence(byKey),
                mail,
                buried.withPrecedence(byKey),
                settings,
                hasTopic,
                filters);
    }

    /** True if tenants take turns in the first queue for work. */
    boolean isFair() {
        return work.precedence().fairness() != null;
    }

    private static Limits bounded(Chance chance) {
        return new Limits(
                (long) chance.between(15, 60),
                null,
                chance.happens(0.5) ? Overflow.REJECT : Overflow.DROP_OLDEST,
                null,
                null,
                null);
    }

    private static Limits throttled(Chance chance) {
        boolean hasRate = chance.happens(0.5);
        // Slower ones do not get through what a world publishes before its end.
        int count = chance.between(2, 5);
        return new Limits(
                null,
                null,
                Overflow.REJECT,
                hasRate ? TextRate.parse("rate", count + "/s") : null,
                hasRate && chance.happens(0.7) ? null : (Integer) chance.between(1, 8),
                null);
    }

    /** Some queues are ordered, others bound what is in flight of a key. */
    private static QueueSettings inOrder(Chance chance, QueueSettings queue) {
        int whim = chance.between(0, 9);
        if (whim < 4) {
            return queue.withPrecedence(new Precedence(whim == 0 ? Ordering.STRICT : Ordering.KEY, null, null));
        }
        QueueSettings unordered = queue.withPrecedence(Precedence.NONE);
        return whim < 7 ? unordered.withLimits(queue.limits().withMaxInFlightPerKey(whim - 3)) : unordered;
    }

    /** True if the second queue keeps its messages in order. */
    boolean isOrdered() {
        return mail.precedence().ordering() != Ordering.NONE;
    }

    /** True if all of the second queue's messages are as if of one key. */
    boolean isStrict() {
        return mail.precedence().ordering() == Ordering.STRICT;
    }

    /** How many messages of one key of the second queue may be in flight; 0: any number. */
    int inFlightPerKey() {
        Integer limit = mail.limits().maxInFlightPerKey();
        return isOrdered() ? 1 : limit == null ? 0 : limit;
    }

    private static QueueSettings queue(Chance chance, Limits limits, String deadLetterQueue) {
        return new QueueSettings(
                TextDuration.ofMillis(chance.between(2_000, 7_000)),
                chance.between(2, 6),
                new QueueSettings.Backoff(
                        TextDuration.ofMillis(chance.between(50, 800)), 2.0, TextDuration.ofMillis(2_000), 0.2),
                null,
                limits,
                new Precedence(
                        Ordering.NONE,
                        null,
                        chance.happens(0.15) ? TextDuration.ofMillis(chance.between(100, 3_000)) : null),
                TextDuration.ofMillis(3_600_000),
                deadLetterQueue,
                Durability.DURABLE);
    }

    /** What the subscription of a queue to the topic asks for; null: everything. */
    String filterOf(String queue) {
        return filters && queue.equals(MAIL) ? "priority = 0" : null;
    }

    /** The queues that get a message of the topic once they are subscribed. */
    Set<String> takersOf(int priority) {
        return filters && priority > 0 ? Set.of(WORK) : Set.of(WORK, MAIL);
    }

    QueueSettings settingsOf(String queue) {
        return switch (queue) {
            case WORK -> work;
            case MAIL -> mail;
            default -> buried;
        };
    }

    /** True if the queue drops its oldest messages when it is full. */
    boolean drops(String queue) {
        return settingsOf(queue).limits().overflow() == Overflow.DROP_OLDEST;
    }

    /** Where dead letters of the queue go; null: it keeps them. */
    String graveOf(String queue) {
        return settingsOf(queue).deadLetterQueue();
    }
}

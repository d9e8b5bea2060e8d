package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.schedule.Schedule;
import dev.postrider.broker.store.ScheduleStore;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongConsumer;

/** Manages schedules, and publishes what they fire. */
public final class ScheduleService implements Schedules {
    /** The header that names the schedule. */
    public static final String NAME_HEADER = "postrider-schedule";

    private final Broker broker;
    private final ScheduleStore store;
    private LongConsumer planned = millis -> {};

    public ScheduleService(Broker broker, ScheduleStore store) {
        this.broker = broker;
        this.store = store;
    }

    /** Tells {@code listener}, on the broker's loop, when a schedule that was put here fires next. */
    public void onPlanned(LongConsumer listener) {
        planned = listener;
    }

    @Override
    public Future<Put> put(Schedule schedule) {
        return CallerContext.call(broker.loop(), () -> {
            long next = schedule.timing()
                    .nextMillis(broker.nowMillis())
                    .orElseThrow(() -> new BrokerException(
                            ProblemCode.INVALID_REQUEST, "'cron' does not fire within the next eight years"));
            return open(schedule)
                    .compose(there -> broker.loop().hop(store.put(schedule, next)))
                    .map(put -> {
                        planned.accept(put.getKey().state().nextAtMillis());
                        return new Put(put.getKey(), put.getValue());
                    });
        });
    }

    @Override
    public Future<Schedule> get(String name) {
        return CallerContext.call(
                broker.loop(), () -> store.find(name).map(found -> found.orElseThrow(() -> unknown(name))));
    }

    @Override
    public Future<List<Schedule>> list(String prefix, String after, int limit) {
        return CallerContext.call(broker.loop(), () -> store.list(prefix, after, limit));
    }

    @Override
    public Future<Void> delete(String name) {
        return CallerContext.call(broker.loop(), () -> store.delete(name).map(deleted -> {
            if (!deleted) {
                throw unknown(name);
            }
            return null;
        }));
    }

    /**
     * Publishes what a schedule fires at the time it has now; again and again, if need be, it is stored once, since
     * its deduplication key says which firing it is.
     */
    public Future<Void> fire(Schedule schedule) {
        long firing = schedule.state().nextAtMillis();
        MessageRecord message = schedule.message().toBuilder()
                .deduplicationKey(FiringKeys.of(schedule.name(), firing))
                .header(NAME_HEADER, schedule.name())
                .build();
        String topic = schedule.target().topic();
        return (topic == null
                        ? broker.publish(schedule.target().queue(), List.of(message))
                        : broker.publishToTopic(topic, List.of(message)))
                .mapEmpty();
    }

    /** Finds what the schedule publishes to, or creates it where the broker is set so. */
    private Future<Void> open(Schedule schedule) {
        String topic = schedule.target().topic();
        return (topic == null
                        ? broker.directory().open(schedule.target().queue())
                        : broker.topics().open(topic))
                .mapEmpty();
    }

    private static BrokerException unknown(String name) {
        return new BrokerException(ProblemCode.SCHEDULE_NOT_FOUND, "There is no schedule '" + name + "'");
    }
}

package dev.postrider.broker.maintenance;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Broker;
import dev.postrider.broker.dispatch.EventLoop;
import dev.postrider.broker.dispatch.ScheduleService;
import dev.postrider.broker.schedule.Missed;
import dev.postrider.broker.schedule.Schedule;
import dev.postrider.broker.store.ScheduleStore;
import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Fires schedules when they are due. Every broker does: it publishes first and notes down the next time afterwards, and
 * a firing that several publish is stored once. Looks a little ahead, so that it can be in time without looking often.
 * Runs on the broker's event loop.
 */
public final class Timekeeper {
    /** A firing that is so late was missed; a broker that takes over for another is back sooner. */
    static final long LATE_MILLIS = 60_000;

    private static final Logger LOG = Logger.getLogger(Timekeeper.class);
    private static final long POLL_MILLIS = 2_000;
    /** After a failure, and while a queue is too full to take what is due. */
    private static final long RETRY_MILLIS = 1_000;

    private static final int PAGE = 100;

    private final Broker broker;
    private final ScheduleService schedules;
    private final ScheduleStore store;
    private final EventLoop loop;
    private EventLoop.Timer timer;
    private long timerAtMillis = Long.MAX_VALUE;
    private boolean running;
    private boolean stopped;
    private long plannedWhileRunning = Long.MAX_VALUE;

    public Timekeeper(Broker broker, ScheduleService schedules, ScheduleStore store, EventLoop loop) {
        this.broker = broker;
        this.schedules = schedules;
        this.store = store;
        this.loop = loop;
    }

    /** Begins to look. From any thread. */
    public void start() {
        loop.execute(() -> {
            schedules.onPlanned(this::planned);
            wakeAt(broker.nowMillis());
        });
    }

    /** Fires nothing new. From any thread. */
    public void stop() {
        loop.execute(() -> {
            stopped = true;
            if (timer != null) {
                timer.cancel();
            }
        });
    }

    private void planned(long millis) {
        if (running) {
            plannedWhileRunning = Math.min(plannedWhileRunning, millis);
        } else {
            wakeAt(millis);
        }
    }

    private void wakeAt(long millis) {
        if (stopped || millis >= timerAtMillis) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        timerAtMillis = millis;
        timer = loop.timer(Math.max(1, Math.min(millis - broker.nowMillis(), POLL_MILLIS)), this::run);
    }

    private void run() {
        timer = null;
        timerAtMillis = Long.MAX_VALUE;
        running = true;
        loop.attempt(this::runOnce).onComplete(done -> {
            running = false;
            long now = broker.nowMillis();
            if (done.failed()) {
                LOG.debug("Firing schedules failed and is tried again", done.cause());
            }
            long next = done.succeeded() ? done.result() : now + RETRY_MILLIS;
            wakeAt(Math.min(Math.min(next, plannedWhileRunning), now + POLL_MILLIS));
            plannedWhileRunning = Long.MAX_VALUE;
        });
    }

    /** Fires what is due; answers when to look again. A broker that takes no traffic fires nothing. */
    Future<Long> runOnce() {
        return broker.isOpen() ? runPage(null, Long.MAX_VALUE) : Future.succeededFuture(Long.MAX_VALUE);
    }

    private Future<Long> runPage(Schedule after, long nextMillis) {
        return loop.hop(store.due(POLL_MILLIS, after, PAGE)).compose(found -> {
            List<Future<Long>> firing = new ArrayList<>(found.size());
            for (Schedule schedule : found) {
                long at = schedule.state().nextAtMillis();
                firing.add(at > broker.nowMillis() ? Future.succeededFuture(at) : loop.attempt(() -> fire(schedule)));
            }
            return Future.join(firing).transform(joined -> {
                long next = nextMillis;
                for (Future<Long> fired : firing) {
                    next = Math.min(next, fired.succeeded() ? fired.result() : broker.nowMillis() + RETRY_MILLIS);
                }
                return found.size() < PAGE ? Future.succeededFuture(next) : runPage(found.get(PAGE - 1), next);
            });
        });
    }

    /** Publishes, if it is still worth it, and then notes down the next time. */
    private Future<Long> fire(Schedule schedule) {
        boolean missed = broker.nowMillis() - schedule.state().nextAtMillis() > LATE_MILLIS;
        Future<Void> published =
                missed && schedule.missed() == Missed.SKIP ? Future.succeededFuture() : publish(schedule);
        return loop.hop(published).compose(done -> {
            // Of those that were missed there is one message, whatever their number: the next is one to come.
            long next = schedule.timing()
                    .nextMillis(Math.max(broker.nowMillis(), schedule.state().nextAtMillis()))
                    .orElse(Long.MAX_VALUE);
            return loop.hop(store.advance(schedule, next)).map(next);
        });
    }

    private Future<Void> publish(Schedule schedule) {
        return schedules.fire(schedule).recover(failure -> {
            if (isLost(failure)) {
                LOG.warnf("The schedule %s fires into nothing: %s", schedule.name(), failure.getMessage());
                return Future.succeededFuture();
            }
            return Future.failedFuture(failure);
        });
    }

    /** Trying again would not help, and would keep the schedule from ever firing in time again. */
    private static boolean isLost(Throwable failure) {
        return failure instanceof BrokerException refusal
                && (refusal.code() == ProblemCode.QUEUE_NOT_FOUND
                        || refusal.code() == ProblemCode.TOPIC_NOT_FOUND
                        || refusal.code() == ProblemCode.INVALID_REQUEST
                        || refusal.code() == ProblemCode.MESSAGE_TOO_LARGE);
    }
}

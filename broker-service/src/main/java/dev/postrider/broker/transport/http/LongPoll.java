package dev.postrider.broker.transport.http;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.Delivered;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * One receive: joins the queue as a consumer, answers with the first messages that come, and leaves them leased. If
 * the client goes before it has the answer, they go back at once. Belongs to the request's context, on which the sink
 * is called too.
 */
final class LongPoll implements Consumers.Sink {
    /** How long the first messages wait for company while the broker is still looking. */
    private static final long GATHER_MILLIS = 5;

    /** Without a wait the broker's word is taken for "nothing there"; this is for when it has none to give. */
    private static final long WAIT_MIN_MILLIS = 2_000;

    private final Vertx vertx;
    private final Exchange exchange;
    private final ReceiveHandler.Wanted wanted;
    private final List<Delivered> messages = new ArrayList<>();
    private Consumers.Consumer consumer;
    private boolean idle;
    private boolean finishing;
    private boolean over;
    private long timer = -1;

    LongPoll(Vertx vertx, Exchange exchange, ReceiveHandler.Wanted wanted) {
        this.vertx = vertx;
        this.exchange = exchange;
        this.wanted = wanted;
    }

    void start(Consumers consumers) {
        exchange.response().closeHandler(closed -> abandon());
        exchange.response().exceptionHandler(broken -> abandon());
        consumers
                .join(exchange.queue(), new Consumers.Options(wanted.leaseMillis(), wanted.max(), false), this)
                .onFailure(reason -> {
                    over = true;
                    exchange.refuse(reason);
                })
                .onSuccess(this::joined);
    }

    private void joined(Consumers.Consumer joined) {
        consumer = joined;
        if (over) {
            joined.leave();
            return;
        }
        timer = vertx.setTimer(wanted.waitMillis() == 0 ? WAIT_MIN_MILLIS : wanted.waitMillis(), late -> finish());
        considerFinishing();
    }

    @Override
    public void deliver(List<Delivered> delivered) {
        messages.addAll(delivered);
        considerFinishing();
    }

    @Override
    public void idle() {
        idle = true;
        considerFinishing();
    }

    @Override
    public void closed(BrokerException reason) {
        if (!over) {
            over = true;
            cancelTimer();
            exchange.refuse(reason);
        }
    }

    private void considerFinishing() {
        if (over || finishing || consumer == null) {
            return;
        }
        if (messages.size() >= wanted.max() || idle && (!messages.isEmpty() || wanted.waitMillis() == 0)) {
            finish();
        } else if (!messages.isEmpty()) {
            cancelTimer();
            timer = vertx.setTimer(GATHER_MILLIS, late -> finish());
        }
    }

    private void finish() {
        if (over || finishing) {
            return;
        }
        finishing = true;
        cancelTimer();
        // A message handed out after the answer was written would be nobody's until its lease ran out.
        consumer.stop().onComplete(stopped -> answer());
    }

    private void answer() {
        if (over) {
            return;
        }
        over = true;
        MessagesAnswer.write(exchange, messages).onComplete(written -> {
            if (written.succeeded()) {
                consumer.detach();
            } else {
                consumer.leave();
            }
        });
    }

    private void abandon() {
        if (over) {
            return;
        }
        over = true;
        cancelTimer();
        if (consumer != null) {
            consumer.leave();
        }
    }

    private void cancelTimer() {
        if (timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
    }
}

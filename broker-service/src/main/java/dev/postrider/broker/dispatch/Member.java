package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.delivery.ConsumerState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * A consumer of a queue: its state, and the way to it. Runs on the broker's event loop, the sink on its own context.
 */
final class Member {
    private final ConsumerState state;
    private final Consumers.Sink sink;
    private final Executor caller;
    private List<HandedRun> turn = new ArrayList<>();
    private boolean toldIdle;

    Member(ConsumerState state, Consumers.Sink sink, Executor caller) {
        this.state = state;
        this.sink = sink;
        this.caller = caller;
    }

    ConsumerState state() {
        return state;
    }

    void add(HandedRun run) {
        turn.add(run);
    }

    /** Sends what this turn has for it. */
    void flush() {
        if (!turn.isEmpty()) {
            List<HandedRun> runs = turn;
            turn = new ArrayList<>();
            caller.execute(() -> sink.deliverRuns(runs));
        }
    }

    void tellIdle() {
        if (!toldIdle) {
            toldIdle = true;
            caller.execute(sink::idle);
        }
    }

    void close(BrokerException reason) {
        caller.execute(() -> sink.closed(reason));
    }
}

package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/** One client's request to settle receipts: completes when each has its outcome. Runs on the broker's event loop. */
final class SettleCall {
    private final Promise<Settler.Settled> answer = Promise.promise();
    private final List<Settler.Failed> failed = new ArrayList<>();
    private int open;
    private int settled;
    private BrokerException broken;

    SettleCall(int receipts) {
        this.open = receipts;
    }

    Future<Settler.Settled> answer() {
        return answer.future();
    }

    void settled(int count) {
        settled += count;
        close(count);
    }

    void failed(String receipt, ProblemCode code) {
        failed.add(new Settler.Failed(receipt, code));
        close(1);
    }

    /** The outcome of so many receipts is not known, or the database could not: the whole call fails. */
    void broken(int count, BrokerException reason) {
        broken = reason;
        close(count);
    }

    /** An empty call has its answer at once. */
    SettleCall start() {
        close(0);
        return this;
    }

    private void close(int count) {
        open -= count;
        if (open == 0 && broken != null) {
            answer.tryFail(broken);
        } else if (open == 0) {
            answer.tryComplete(new Settler.Settled(settled, failed));
        }
    }
}

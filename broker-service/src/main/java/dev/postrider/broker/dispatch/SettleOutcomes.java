package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.store.StoreException;
import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Promise;
import java.util.List;

/** What follows from the outcome of a group: for the queue, and for whoever asked for it. */
final class SettleOutcomes {
    private SettleOutcomes() {}

    private static boolean isCertain(BrokerException reason) {
        return reason instanceof StoreException failure && failure.outcome() == StoreException.Outcome.NOT_STORED;
    }

    /** The broker's own doing: an expired lease, an expired record, a release. Tried again when it fails. */
    record Own(QueueDispatcher queue, Promise<Void> done) implements SettleGroup.Outcome {
        @Override
        public void committed(SettleGroup group) {
            queue.committed(group);
            done.complete();
        }

        @Override
        public void lost(SettleGroup group) {
            queue.lost(group, done::complete, () -> {
                queue.retryLeases(group);
                done.complete();
            });
        }

        @Override
        public void failed(SettleGroup group, BrokerException reason) {
            queue.reverted(group, isCertain(reason));
            queue.retryLeases(group);
            done.complete();
        }
    }

    /** A client's doing: it is told. */
    record OfCall(QueueDispatcher queue, SettleCall call, List<Receipts.Local> receipts)
            implements SettleGroup.Outcome {
        @Override
        public void committed(SettleGroup group) {
            queue.committed(group);
            call.settled(receipts.size());
        }

        @Override
        public void lost(SettleGroup group) {
            queue.lost(
                    group,
                    () -> receipts.forEach(local -> call.failed(local.text(), ProblemCode.RECEIPT_EXPIRED)),
                    () -> receipts.forEach(local -> tellKept(group, local)));
        }

        private void tellKept(SettleGroup group, Receipts.Local local) {
            if (group.range().isSettled(local.receipt().index())) {
                call.failed(local.text(), ProblemCode.RECEIPT_EXPIRED);
            } else {
                call.broken(
                        1,
                        new BrokerException(
                                ProblemCode.UNAVAILABLE, "An earlier settlement had an unknown outcome; try again"));
            }
        }

        @Override
        public void failed(SettleGroup group, BrokerException reason) {
            queue.reverted(group, isCertain(reason));
            call.broken(receipts.size(), reason);
        }
    }
}

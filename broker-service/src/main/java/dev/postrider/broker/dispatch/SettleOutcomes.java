package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.store.StoreException;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.Receipt;
import io.vertx.core.Promise;
import java.util.function.IntConsumer;

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

    /** As another one, and tells when that has been told for the first time. */
    record Followed(SettleGroup.Outcome outcome, Promise<Void> done) implements SettleGroup.Outcome {
        @Override
        public void committed(SettleGroup group) {
            outcome.committed(group);
            done.tryComplete();
        }

        @Override
        public void lost(SettleGroup group) {
            outcome.lost(group);
            done.tryComplete();
        }

        @Override
        public void failed(SettleGroup group, BrokerException reason) {
            outcome.failed(group, reason);
            done.tryComplete();
        }
    }

    /** What lay ready here and is dropped: completes with how many records went. */
    record Dropped(QueueDispatcher queue, Promise<Long> done) implements SettleGroup.Outcome {
        @Override
        public void committed(SettleGroup group) {
            queue.committed(group);
            done.complete((long) group.indexes().length);
        }

        @Override
        public void lost(SettleGroup group) {
            queue.lost(group, () -> done.complete(0L), () -> {
                queue.retryLeases(group);
                done.complete(0L);
            });
        }

        @Override
        public void failed(SettleGroup group, BrokerException reason) {
            queue.reverted(group, isCertain(reason));
            queue.retryLeases(group);
            done.fail(reason);
        }
    }

    /** Records that are given back while their range stays, or a range of which nothing is left. */
    record Tidying(QueueDispatcher queue) implements SettleGroup.Outcome {
        @Override
        public void committed(SettleGroup group) {
            queue.committed(group);
        }

        @Override
        public void lost(SettleGroup group) {
            queue.lost(group, () -> {}, () -> {});
        }

        @Override
        public void failed(SettleGroup group, BrokerException reason) {
            queue.notTidied(group, isCertain(reason));
        }
    }

    /**
     * A client's doing: it is told.
     *
     * @param handings under which the records of the group were handed out, in its order
     */
    record OfCall(QueueDispatcher queue, SettleCall call, long brokerId, int[] handings)
            implements SettleGroup.Outcome {
        @Override
        public void committed(SettleGroup group) {
            queue.committed(group);
            call.settled(handings.length);
        }

        @Override
        public void lost(SettleGroup group) {
            queue.lost(
                    group, () -> forEach(group, i -> expired(group, i)), () -> forEach(group, i -> tellKept(group, i)));
        }

        private void forEach(SettleGroup group, IntConsumer action) {
            for (int i = 0; i < group.indexes().length; i++) {
                action.accept(i);
            }
        }

        private void expired(SettleGroup group, int i) {
            ClaimedRange range = group.range();
            Receipt receipt = new Receipt(range.queueId(), brokerId, range.chunkId(), group.indexes()[i], handings[i]);
            call.failed(receipt.toText(), ProblemCode.RECEIPT_EXPIRED);
        }

        private void tellKept(SettleGroup group, int i) {
            if (group.range().isSettled(group.indexes()[i])) {
                expired(group, i);
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
            call.broken(handings.length, reason);
        }
    }
}

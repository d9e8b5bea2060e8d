package dev.postrider.broker.simulation;

import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Admitted;
import dev.postrider.broker.store.CommitBatch;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.Settlement;
import dev.postrider.broker.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Commits with a mistake around them. */
final class SpoiltCommits {
    private SpoiltCommits() {}

    /** Success is reported as soon as the commit is put together. */
    static MessageStore answeredBefore(MessageStore right) {
        return new RelayedMessages(right) {
            @Override
            public Future<CommitResult> commit(Admission admission, Function<Admitted, CommitBatch> build) {
                Promise<CommitResult> early = Promise.promise();
                right.commit(admission, admitted -> {
                            CommitBatch batch = build.apply(admitted);
                            if (batch != null && !early.future().isComplete()) {
                                early.complete(new CommitResult(true, Set.of()));
                            }
                            return batch;
                        })
                        .onComplete(done -> {
                            if (!early.future().isComplete()) {
                                early.handle(done);
                            }
                        });
                return early.future();
            }
        };
    }

    /** A lost answer is taken for a success. */
    static MessageStore unknownIsSuccess(MessageStore right) {
        return new RelayedMessages(right) {
            @Override
            public Future<CommitResult> commit(Admission admission, Function<Admitted, CommitBatch> build) {
                return right.commit(admission, build)
                        .recover(failure -> isUnknown(failure)
                                ? Future.succeededFuture(new CommitResult(true, Set.of()))
                                : Future.failedFuture(failure));
            }
        };
    }

    /** A commit with a lost answer is sent once more. */
    static MessageStore unknownIsRepeated(MessageStore right) {
        return new RelayedMessages(right) {
            @Override
            public Future<CommitResult> commit(Admission admission, Function<Admitted, CommitBatch> build) {
                return right.commit(admission, build)
                        .recover(failure ->
                                isUnknown(failure) ? right.commit(admission, build) : Future.failedFuture(failure));
            }
        };
    }

    private static boolean isUnknown(Throwable failure) {
        return failure instanceof StoreException lost && lost.outcome() == StoreException.Outcome.UNKNOWN;
    }

    /** What is retried is appended by a second transaction. */
    static MessageStore retriedAfterwards(MessageStore right) {
        return new InTwo(right) {
            @Override
            CommitBatch later(CommitBatch batch) {
                return new CommitBatch(batch.owner(), batch.chunks(), List.of(), List.of(), List.of(), false);
            }

            @Override
            CommitBatch first(CommitBatch batch) {
                return new CommitBatch(
                        batch.owner(), List.of(), batch.settlements(), batch.deadLetters(), batch.redriven(), true);
            }
        };
    }

    /** Dead letters are written by a second transaction. */
    static MessageStore buriedAfterwards(MessageStore right) {
        return new InTwo(right) {
            @Override
            CommitBatch later(CommitBatch batch) {
                return new CommitBatch(batch.owner(), List.of(), List.of(), batch.deadLetters(), List.of(), false);
            }

            @Override
            CommitBatch first(CommitBatch batch) {
                return new CommitBatch(
                        batch.owner(), batch.chunks(), batch.settlements(), List.of(), batch.redriven(), true);
            }
        };
    }

    /** Cuts guarded commits in two. */
    private abstract static class InTwo extends RelayedMessages {
        InTwo(MessageStore right) {
            super(right);
        }

        abstract CommitBatch first(CommitBatch batch);

        abstract CommitBatch later(CommitBatch batch);

        @Override
        public Future<CommitResult> commit(Admission admission, Function<Admitted, CommitBatch> build) {
            AtomicReference<CommitBatch> rest = new AtomicReference<>();
            return right.commit(admission, admitted -> {
                        CommitBatch batch = build.apply(admitted);
                        rest.set(batch == null || !batch.guarded() ? null : later(batch));
                        return rest.get() == null ? batch : first(batch);
                    })
                    .compose(result -> rest.get() == null || !result.stored()
                            ? Future.succeededFuture(result)
                            : right.commit(Admission.NONE, admitted -> rest.get())
                                    .map(result));
        }
    }

    /** Every bit that is written is that of the next record. */
    static MessageStore bitsOffByOne(MessageStore right) {
        return new RelayedMessages(right) {
            @Override
            public Future<CommitResult> commit(Admission admission, Function<Admitted, CommitBatch> build) {
                Map<Settlement, Settlement> originals = new HashMap<>();
                return right.commit(admission, admitted -> shifted(build.apply(admitted), originals))
                        .map(result -> {
                            Set<Settlement> lost = new HashSet<>();
                            result.lost().forEach(shifted -> lost.add(originals.get(shifted)));
                            return new CommitResult(result.stored(), lost);
                        });
            }
        };
    }

    private static CommitBatch shifted(CommitBatch batch, Map<Settlement, Settlement> originals) {
        if (batch == null) {
            return null;
        }
        List<Settlement> shifted = batch.settlements().stream()
                .map(settlement -> {
                    Settlement wrong = shifted(settlement);
                    originals.put(wrong, settlement);
                    return wrong;
                })
                .toList();
        return new CommitBatch(
                batch.owner(), batch.chunks(), shifted, batch.deadLetters(), batch.redriven(), batch.guarded());
    }

    private static Settlement shifted(Settlement right) {
        if (right.settled() == null) {
            return right;
        }
        BitSet bits = new BitSet();
        BitSet.valueOf(right.settled()).stream().forEach(index -> bits.set(index + 1));
        return new Settlement(
                right.queueId(),
                right.chunkId(),
                right.first(),
                right.kind(),
                bits.toByteArray(),
                right.settledCount(),
                right.settledBefore(),
                right.count(),
                right.rest());
    }
}

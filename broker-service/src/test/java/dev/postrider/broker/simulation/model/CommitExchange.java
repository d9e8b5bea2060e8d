package dev.postrider.broker.simulation.model;

import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Admitted;
import dev.postrider.broker.store.CommitBatch;
import dev.postrider.broker.store.CommitResult;
import dev.postrider.broker.store.NewChunk;
import dev.postrider.broker.store.Settlement;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The transaction of {@link dev.postrider.broker.store.MessageStore#commit}. */
final class CommitExchange extends Exchange<CommitResult> {
    private final Model model;
    private final Admission admission;
    private final Function<Admitted, CommitBatch> build;
    private Admitted admitted = Admitted.ALL;
    private CommitBatch batch;
    private boolean prepared;

    CommitExchange(Model model, Admission admission, Function<Admitted, CommitBatch> build) {
        this.model = model;
        this.admission = admission;
        this.build = build;
    }

    @Override
    public boolean asks() {
        return !admission.isEmpty();
    }

    @Override
    public boolean begin() {
        if (asks()) {
            admitted = model.admissions().admit(this, admission);
        }
        return admitted != null;
    }

    @Override
    public void prepare() {
        batch = build.apply(admitted);
        prepared = true;
    }

    @Override
    public boolean isOver() {
        return prepared && (batch == null || batch.isEmpty() && !asks());
    }

    @Override
    public CommitResult end() {
        if (isOver()) {
            return new CommitResult(batch != null, Set.of());
        }
        CommitResult result = model.commits().apply(batch);
        if (result.stored()) {
            model.admissions().keep(admission, admitted);
        }
        model.admissions().release(this);
        return result;
    }

    @Override
    public void abort() {
        model.admissions().release(this);
    }

    @Override
    public List<Long> released() {
        return batch.settlements().stream()
                .filter(settlement -> settlement.kind() == Settlement.Kind.RELEASE)
                .map(Settlement::chunkId)
                .toList();
    }

    @Override
    public long number() {
        if (batch == null) {
            return 0;
        }
        long number = batch.owner();
        for (NewChunk chunk : batch.chunks()) {
            number = number * 31 + chunk.id() + chunk.recordCount();
        }
        for (Settlement settlement : batch.settlements()) {
            number = number * 31 + settlement.chunkId() + settlement.first() + settlement.settledCount();
        }
        return number;
    }

    @Override
    public String toString() {
        return batch == null
                ? "commit that asks"
                : batch.chunks().stream()
                        .map(chunk -> "+" + chunk.id() + chunk.deliveries())
                        .collect(Collectors.joining(
                                " ",
                                "commit of " + batch.owner() + ": ",
                                batch.settlements().stream()
                                                .map(CommitExchange::describe)
                                                .collect(Collectors.joining(" ", " ", " letters "))
                                        + batch.deadLetters().size()));
    }

    private static String describe(Settlement settlement) {
        return settlement.kind() + " " + settlement.chunkId() + "[" + settlement.first() + "] "
                + (settlement.settled() == null ? "-" : BitSet.valueOf(settlement.settled()));
    }
}

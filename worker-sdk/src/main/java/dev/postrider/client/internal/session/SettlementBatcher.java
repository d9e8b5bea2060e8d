package dev.postrider.client.internal.session;

import dev.postrider.client.internal.wire.SettleCommand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers the settlements of one turn of the event loop, and sends those that say the same together. */
public final class SettlementBatcher {
    /** Where the batches go. */
    public interface Sender {
        /**
         * Sends settlements, as many as may go together, with equal commands and sees to it that all of them hear
         * what became of it.
         */
        void send(SettleCommand command, List<PendingSettle> batch);
    }

    private final int settleMax;
    private final Sender sender;
    private final Coalesced flush;
    private Map<SettleCommand, List<PendingSettle>> gathered = new LinkedHashMap<>();
    private SettleCommand lastCommand;
    /** Null: to be looked up. */
    private List<PendingSettle> lastBatch;

    /** @param settleMax how many may go together */
    public SettlementBatcher(EventLoop loop, int settleMax, Sender sender) {
        this.settleMax = settleMax;
        this.sender = sender;
        this.flush = new Coalesced(loop, this::flush);
    }

    /** Takes one; it is sent after the present turn. */
    public void add(PendingSettle pending) {
        // Most say the same as the one before, and all acks are one object.
        if (lastBatch == null || !pending.command().equals(lastCommand)) {
            lastCommand = pending.command();
            lastBatch = gathered.computeIfAbsent(lastCommand, ignored -> new ArrayList<>());
        }
        List<PendingSettle> batch = lastBatch;
        batch.add(pending);
        if (batch.size() == settleMax) {
            gathered.remove(pending.command());
            lastBatch = null;
            sender.send(pending.command(), batch);
        }
        flush.schedule();
    }

    boolean isEmpty() {
        return gathered.isEmpty();
    }

    private void flush() {
        Map<SettleCommand, List<PendingSettle>> all = gathered;
        gathered = new LinkedHashMap<>();
        lastBatch = null;
        all.forEach(sender::send);
    }
}

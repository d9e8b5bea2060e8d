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
        /** Sends settlements, as many as may go together, with equal commands and sees to it that all of them hear what became of it. */
        void send(SettleCommand command, List<PendingSettle> batch);
    }

    private final int settleMax;
    private final Sender sender;
    private final Coalesced flush;
    private Map<SettleCommand, List<PendingSettle>> gathered = new LinkedHashMap<>();

    /** @param settleMax how many may go together */
    public SettlementBatcher(EventLoop loop, int settleMax, Sender sender) {
        this.settleMax = settleMax;
        this.sender = sender;
        this.flush = new Coalesced(loop, this::flush);
    }

    /** Takes one; it is sent after the present turn. */
    public void add(PendingSettle pending) {
        List<PendingSettle> batch = gathered.computeIfAbsent(pending.command(), ignored -> new ArrayList<>());
        batch.add(pending);
        if (batch.size() == settleMax) {
            gathered.remove(pending.command());
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
        all.forEach(sender::send);
    }
}

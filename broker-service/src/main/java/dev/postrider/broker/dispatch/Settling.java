package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.delivery.QueueCore;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.ReceiptSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Ends and prolongs handings-out of one queue on this broker. Runs on the broker's event loop. */
final class Settling {
    private final Engine engine;
    private final QueueDispatcher queue;
    private final QueueCore core;

    Settling(Engine engine, QueueDispatcher queue) {
        this.engine = engine;
        this.queue = queue;
        this.core = queue.core();
    }

    /** Settles receipts of this queue and of this broker. */
    void settle(List<ReceiptSpan> receipts, Ending ending, SettleCall call) {
        Map<ClaimedRange, Marked> byRange = new LinkedHashMap<>();
        Marked last = null;
        for (ReceiptSpan span : receipts) {
            for (int offset = 0; offset < span.width(); offset++) {
                if (span.has(offset)) {
                    last = mark(span, offset, last, byRange, call);
                }
            }
        }
        byRange.forEach((range, marked) -> {
            SettleOutcomes.OfCall outcome = new SettleOutcomes.OfCall(queue, call, marked.brokerId, marked.handings());
            engine.commits().settle(end(range, marked.indexes(), ending, outcome));
        });
    }

    /** Marks one record as being settled, unless its receipt has expired; answers where the next one likely belongs. */
    private Marked mark(ReceiptSpan span, int offset, Marked last, Map<ClaimedRange, Marked> byRange, SettleCall call) {
        int index = span.first() + offset;
        int handing = span.handing() + offset;
        ClaimedRange range = core.leased(last == null ? null : last.range, span.chunkId(), index, handing);
        if (range == null) {
            call.failed(span.receipt(offset).toText(), ProblemCode.RECEIPT_EXPIRED);
            return last;
        }
        core.beginSettle(range, index);
        Marked marked = last != null && last.range == range
                ? last
                : byRange.computeIfAbsent(range, absent -> new Marked(absent, span.brokerId()));
        marked.add(index, handing);
        return marked;
    }

    /** Lets leases run anew. */
    void extend(List<ReceiptSpan> receipts, long leaseMillis, SettleCall call) {
        if (!engine.session().isTrusted()) {
            call.broken(
                    Receipts.count(receipts),
                    new BrokerException(ProblemCode.UNAVAILABLE, "Who holds this is not certain"));
            return;
        }
        long deadline = engine.loop().monotonicMillis() + leaseMillis;
        for (ReceiptSpan span : receipts) {
            span.forEachOffset(offset -> extend(span.receipt(offset), deadline, call));
        }
    }

    private void extend(Receipt receipt, long deadline, SettleCall call) {
        if (core.isInDoubt(receipt)) {
            // Its lease may have ended in a commit of which nobody knows; more time would be a promise to be broken.
            call.broken(1, new BrokerException(ProblemCode.UNAVAILABLE, "Who holds this is not certain"));
        } else if (core.extend(receipt, deadline)) {
            call.settled(1);
        } else {
            call.failed(receipt.toText(), ProblemCode.RECEIPT_EXPIRED);
        }
    }

    /** What the commit loop is to do so that the records end so. */
    SettleGroup end(ClaimedRange range, int[] indexes, Ending ending, SettleGroup.Outcome outcome) {
        List<Move> moves = ending.kind() == Ending.Kind.ACK ? List.of() : moves(range, indexes, ending);
        return new SettleGroup(queue, range, indexes, moves, ending, SettleGroup.Gives.NOTHING, outcome);
    }

    private List<Move> moves(ClaimedRange range, int[] indexes, Ending ending) {
        List<Move> moves = new ArrayList<>();
        for (int index : indexes) {
            Move move = ending.moveOf(
                    queue,
                    range,
                    index,
                    engine.clock().nowMillis(),
                    engine.loop().random());
            if (move != null) {
                moves.add(move);
            }
        }
        return moves;
    }

    /** Records of one range that a call settles, and under which handings. */
    private static final class Marked {
        private final ClaimedRange range;
        private final long brokerId;
        private int[] indexes = new int[16];
        private int[] handings = new int[16];
        private int count;

        Marked(ClaimedRange range, long brokerId) {
            this.range = range;
            this.brokerId = brokerId;
        }

        void add(int index, int handing) {
            if (count == indexes.length) {
                indexes = Arrays.copyOf(indexes, 2 * count);
                handings = Arrays.copyOf(handings, 2 * count);
            }
            indexes[count] = index;
            handings[count++] = handing;
        }

        int[] indexes() {
            return Arrays.copyOf(indexes, count);
        }

        int[] handings() {
            return Arrays.copyOf(handings, count);
        }
    }
}

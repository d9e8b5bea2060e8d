package dev.postrider.broker.dispatch;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.ReceiptSpan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The receipts of one call, sorted by who holds them. */
final class Receipts {
    private final Map<Long, Map<Integer, List<ReceiptSpan>>> byBrokerAndQueue = new LinkedHashMap<>();

    /**
     * Sorts receipts; those that are malformed or of another queue fail in the call. One that is there twice counts
     * once: the second fails as expired.
     *
     * @param queueId the only queue that may be meant; null: any
     */
    static Receipts sort(List<String> texts, Integer queueId, SettleCall call) {
        Receipts sorted = new Receipts();
        Set<String> seen = new HashSet<>();
        for (String text : texts) {
            Optional<Receipt> receipt = Receipt.parse(text);
            if (receipt.isEmpty() || queueId != null && receipt.get().queueId() != queueId) {
                call.failed(text, ProblemCode.INVALID_RECEIPT);
            } else if (!seen.add(text)) {
                call.failed(text, ProblemCode.RECEIPT_EXPIRED);
            } else {
                sorted.add(ReceiptSpan.of(receipt.get()));
            }
        }
        return sorted;
    }

    /** Sorts receipts, of whichever queue. */
    static Receipts sort(List<ReceiptSpan> spans) {
        Receipts sorted = new Receipts();
        spans.forEach(sorted::add);
        return sorted;
    }

    private void add(ReceiptSpan span) {
        byBrokerAndQueue
                .computeIfAbsent(span.brokerId(), absent -> new LinkedHashMap<>())
                .computeIfAbsent(span.queueId(), absent -> new ArrayList<>())
                .add(span);
    }

    /** By broker, then by queue. */
    Map<Long, Map<Integer, List<ReceiptSpan>>> byBrokerAndQueue() {
        return byBrokerAndQueue;
    }

    static int count(List<ReceiptSpan> spans) {
        int sum = 0;
        for (ReceiptSpan span : spans) {
            sum += span.count();
        }
        return sum;
    }

    /** The receipts as texts, in order. */
    static List<String> texts(List<ReceiptSpan> spans) {
        List<String> texts = new ArrayList<>();
        for (ReceiptSpan span : spans) {
            span.forEachOffset(offset -> texts.add(span.receipt(offset).toText()));
        }
        return texts;
    }
}

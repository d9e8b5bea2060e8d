package dev.postrider.broker.dispatch;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.Receipt;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The receipts of one call, sorted by who holds them. */
final class Receipts {
    private final Map<Long, Map<Integer, List<Local>>> byBrokerAndQueue = new LinkedHashMap<>();

    /** A receipt and its text. */
    record Local(Receipt receipt, String text) {}

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
                sorted.byBrokerAndQueue
                        .computeIfAbsent(receipt.get().brokerId(), absent -> new LinkedHashMap<>())
                        .computeIfAbsent(receipt.get().queueId(), absent -> new ArrayList<>())
                        .add(new Local(receipt.get(), text));
            }
        }
        return sorted;
    }

    /** By broker, then by queue. */
    Map<Long, Map<Integer, List<Local>>> byBrokerAndQueue() {
        return byBrokerAndQueue;
    }
}

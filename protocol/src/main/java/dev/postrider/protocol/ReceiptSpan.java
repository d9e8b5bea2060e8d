package dev.postrider.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * {@linkplain Receipt Receipts} of one chunk in one piece: those of records {@code first} to {@code first + width - 1}
 * whose bit is set. The handing of a record is {@code handing} plus its distance from {@code first}, which is how
 * records are handed out as a rule; where it is otherwise, another span begins.
 *
 * @param queueId the queue's number
 * @param brokerId the owner's id
 * @param chunkId the chunk's id
 * @param first index of the first record, 0 up
 * @param handing of the first record
 * @param width number of records, 1 up; {@code first + width} is an int
 * @param bits a bit for each record, the lowest of the first byte first; null: all are set. Not a copy
 */
public record ReceiptSpan(int queueId, long brokerId, long chunkId, int first, int handing, int width, byte[] bits) {

    /** The receipt of a single record. */
    public static ReceiptSpan of(Receipt receipt) {
        return new ReceiptSpan(
                receipt.queueId(), receipt.brokerId(), receipt.chunkId(), receipt.index(), receipt.handing(), 1, null);
    }

    /** True if the record {@code offset} behind the first one belongs to it. */
    public boolean has(int offset) {
        return bits == null || (bits[offset >> 3] & 1 << (offset & 7)) != 0;
    }

    /** How many receipts it has. */
    public int count() {
        if (bits == null) {
            return width;
        }
        int sum = 0;
        for (byte b : bits) {
            sum += Integer.bitCount(b & 0xff);
        }
        return sum;
    }

    /** Hands the distance from the first record to {@code action}, for each receipt, in order. */
    public void forEachOffset(IntConsumer action) {
        for (int offset = 0; offset < width; offset++) {
            if (has(offset)) {
                action.accept(offset);
            }
        }
    }

    /** One of its receipts. */
    public Receipt receipt(int offset) {
        return new Receipt(queueId, brokerId, chunkId, first + offset, handing + offset);
    }

    /** All of its receipts, in order. */
    public List<Receipt> receipts() {
        List<Receipt> all = new ArrayList<>();
        forEachOffset(offset -> all.add(receipt(offset)));
        return all;
    }
}

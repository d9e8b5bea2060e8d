package dev.postrider.protocol.codec;

import java.util.ArrayList;
import java.util.List;

/** Some batches as they came, of which the compressed ones can be told apart. Immutable. */
final class PackedBatches {
    static final PackedBatches NONE = new PackedBatches(new byte[0], 0, 0, List.of());

    private final byte[] source;
    private final int from;
    private final int to;
    private final List<Packed> batches;

    /** A compressed batch from its header on: which records it has, and where it lies. */
    private record Packed(int first, int count, int at, int length) {}

    private PackedBatches(byte[] source, int from, int to, List<Packed> batches) {
        this.source = source;
        this.from = from;
        this.to = to;
        this.batches = batches;
    }

    /** Keeps {@linkplain BatchHeader#check checked} batches, which are not copied and must not change any more. */
    static PackedBatches of(byte[] source, int from, int to) {
        List<Packed> batches = new ArrayList<>();
        int index = 0;
        for (int at = from; at < to; ) {
            int count = BatchHeader.count(source, at);
            int length = BatchHeader.BYTES + BatchHeader.length(source, at);
            if (BatchHeader.isCompressed(source, at)) {
                batches.add(new Packed(index, count, at, length));
            }
            index += count;
            at += length;
        }
        return new PackedBatches(source, from, to, batches);
    }

    /**
     * Copies all batches, the compressed ones expanded.
     *
     * @param target has room for just that
     */
    void expand(byte[] target) {
        int targetAt = 0;
        for (int at = from; at < to; ) {
            int length = BatchHeader.length(source, at);
            int expanded = BatchHeader.expandedLength(source, at);
            if (BatchHeader.isCompressed(source, at)) {
                int body = targetAt + BatchHeader.BYTES;
                Lz4.expand(source, at + BatchHeader.BYTES, length, target, body, expanded);
                BatchHeader.writeUnsummed(target, targetAt, BatchHeader.PLAIN, BatchHeader.count(source, at), expanded);
            } else {
                System.arraycopy(source, at, target, targetAt, BatchHeader.BYTES + length);
            }
            at += BatchHeader.BYTES + length;
            targetAt += BatchHeader.BYTES + expanded;
        }
    }

    /** How many bytes are kept. */
    int byteCount() {
        return to - from;
    }

    /** How many records the batch has that begins with that one; 0: none does. */
    int countFrom(int first) {
        Packed batch = find(first);
        return batch == null ? 0 : batch.count;
    }

    /** Length in bytes of the batch that begins with that record. */
    int length(int first) {
        return find(first).length;
    }

    /** Length in bytes of that batch's records once they are not compressed any more. */
    int expandedLength(int first) {
        return BatchHeader.expandedLength(source, find(first).at);
    }

    void copy(int first, byte[] target, int at) {
        Packed batch = find(first);
        System.arraycopy(source, batch.at, target, at, batch.length);
    }

    private Packed find(int first) {
        int low = 0;
        int high = batches.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Packed batch = batches.get(middle);
            if (batch.first == first) {
                return batch;
            }
            if (batch.first < first) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }
}

package dev.postrider.protocol.frame;

import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.ReceiptSpan;
import java.util.ArrayList;
import java.util.List;

/** Receipts as settling frames carry them. */
final class Spans {
    private static final int ALL = 0;
    private static final int BITS = 1;
    /** Receipts further apart than that are cheaper in spans of their own. */
    private static final int GAP_MAX = 128;

    private Spans() {}

    /** Reads spans with {@code receiptsMax} receipts at most, up to the frame's end. */
    static List<ReceiptSpan> read(FrameReader in, int receiptsMax) {
        List<ReceiptSpan> spans = new ArrayList<>();
        int receipts = 0;
        while (in.left() > 0) {
            ReceiptSpan span = readOne(in);
            receipts += span.count();
            if (receipts > receiptsMax) {
                throw new FrameFormatException("A frame may have " + receiptsMax + " receipts");
            }
            spans.add(span);
        }
        if (spans.isEmpty()) {
            throw new FrameFormatException("A frame that settles must have a receipt");
        }
        return spans;
    }

    private static ReceiptSpan readOne(FrameReader in) {
        int queueId = in.i32();
        long brokerId = in.i64();
        long chunkId = in.i64();
        int first = in.count("first", 0, Integer.MAX_VALUE);
        int handing = in.i32();
        int width = in.count("width", 1, ClientFrames.SPAN_WIDTH_MAX);
        if (first > Integer.MAX_VALUE - width) {
            throw new FrameFormatException("'first' is out of bounds");
        }
        return switch (in.u8()) {
            case ALL -> new ReceiptSpan(queueId, brokerId, chunkId, first, handing, width, null);
            case BITS -> new ReceiptSpan(queueId, brokerId, chunkId, first, handing, width, bits(in, width));
            default -> throw new FrameFormatException("There is no such form of receipts");
        };
    }

    private static byte[] bits(FrameReader in, int width) {
        int length = (width + 7) / 8;
        int from = in.position();
        in.skip(length);
        byte[] bits = new byte[length];
        System.arraycopy(in.bytes(), from, bits, 0, length);
        int last = bits[length - 1] & 0xff;
        boolean firstSet = (bits[0] & 1) != 0;
        boolean beyond = (width & 7) != 0 && last >>> (width & 7) != 0;
        if (!firstSet || beyond) {
            throw new FrameFormatException(
                    "The bits of receipts must begin with one that is set and end with the width");
        }
        return bits;
    }

    /** Writes receipts in their order, in as few spans as that allows. */
    static void write(FrameWriter out, List<Receipt> receipts) {
        for (int from = 0; from < receipts.size(); ) {
            int to = from + 1;
            while (to < receipts.size() && follows(receipts.get(from), receipts.get(to - 1), receipts.get(to))) {
                to++;
            }
            writeOne(out, receipts.subList(from, to));
            from = to;
        }
    }

    private static boolean follows(Receipt head, Receipt last, Receipt next) {
        return next.index() > last.index()
                && next.index() - last.index() <= GAP_MAX
                && next.index() - head.index() < ClientFrames.SPAN_WIDTH_MAX
                && next.handing() - head.handing() == next.index() - head.index()
                && next.chunkId() == head.chunkId()
                && next.brokerId() == head.brokerId()
                && next.queueId() == head.queueId();
    }

    private static void writeOne(FrameWriter out, List<Receipt> receipts) {
        Receipt head = receipts.get(0);
        int width = receipts.get(receipts.size() - 1).index() - head.index() + 1;
        out.i32(head.queueId())
                .i64(head.brokerId())
                .i64(head.chunkId())
                .varint(head.index())
                .i32(head.handing())
                .varint(width);
        if (width == receipts.size()) {
            out.u8(ALL);
            return;
        }
        byte[] bits = new byte[(width + 7) / 8];
        for (Receipt receipt : receipts) {
            int offset = receipt.index() - head.index();
            bits[offset >> 3] |= (byte) (1 << (offset & 7));
        }
        out.u8(BITS).raw(bits, 0, bits.length);
    }
}

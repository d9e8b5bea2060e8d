package dev.postrider.broker.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Hands a client's long WebSocket frames on as several short ones. The decoder behind it holds a frame until its end
 * has come, which may be never; so it holds a short one, and the rest is counted where messages are put together.
 * Keeps no payload itself.
 */
final class FrameSplitter extends ByteToMessageDecoder {
    /** A multiple of the mask's four bytes, so that each part begins with the mask's first. */
    static final int PART_BYTES = 0xfffc;

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int DATA_OPCODE_MAX = 2;
    private static final int MASK_BYTES = 4;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;

    private final long frameBytesMax;
    /** What is left of the frame that is being split, and of its part. */
    private long frameLeft;

    private long partLeft;
    private boolean lastOfMessage;
    private int mask;

    /** @param frameBytesMax longer frames are handed on as they are, to be refused */
    FrameSplitter(long frameBytesMax) {
        this.frameBytesMax = frameBytesMax;
    }

    @Override
    protected void decode(ChannelHandlerContext channel, ByteBuf in, List<Object> out) {
        if (frameLeft == 0) {
            beginFrame(channel, in, out);
        } else if (in.isReadable()) {
            if (partLeft == 0) {
                beginPart(channel, 0, out);
            }
            int length = (int) Math.min(partLeft, in.readableBytes());
            out.add(in.readRetainedSlice(length));
            partLeft -= length;
            frameLeft -= length;
        }
    }

    private void beginFrame(ChannelHandlerContext channel, ByteBuf in, List<Object> out) {
        int start = in.readerIndex();
        if (in.readableBytes() < 2) {
            return;
        }
        int first = in.getUnsignedByte(start);
        int second = in.getUnsignedByte(start + 1);
        int shortLength = second & 0x7f;
        int lengthBytes = shortLength == LENGTH_16 ? 2 : shortLength == LENGTH_64 ? 8 : 0;
        boolean masked = (second & MASKED) != 0;
        int headBytes = 2 + lengthBytes + (masked ? MASK_BYTES : 0);
        if (in.readableBytes() < headBytes) {
            return;
        }
        long length = shortLength;
        if (lengthBytes == 2) {
            length = in.getUnsignedShort(start + 2);
        } else if (lengthBytes == 8) {
            length = in.getLong(start + 2);
        }
        boolean split = masked && (first & 0xf) <= DATA_OPCODE_MAX && length > PART_BYTES && length <= frameBytesMax;
        if (!split) {
            out.add(in.readRetainedSlice(headBytes));
            // Of a length that cannot be right nothing behind the head matters: the decoder refuses it.
            frameLeft = length < 0 ? Long.MAX_VALUE : length;
            partLeft = frameLeft;
            return;
        }
        mask = in.getInt(start + headBytes - MASK_BYTES);
        in.skipBytes(headBytes);
        frameLeft = length;
        lastOfMessage = (first & FINAL) != 0;
        beginPart(channel, first & ~FINAL, out);
    }

    private void beginPart(ChannelHandlerContext channel, int firstByte, List<Object> out) {
        partLeft = Math.min(frameLeft, PART_BYTES);
        boolean last = lastOfMessage && partLeft == frameLeft;
        ByteBuf head = channel.alloc().buffer(2 + 2 + MASK_BYTES);
        head.writeByte(last ? firstByte | FINAL : firstByte);
        if (partLeft < LENGTH_16) {
            head.writeByte(MASKED | (int) partLeft);
        } else {
            head.writeByte(MASKED | LENGTH_16).writeShort((int) partLeft);
        }
        out.add(head.writeInt(mask));
    }
}

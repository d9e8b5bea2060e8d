package dev.postrider.client.internal.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.util.concurrent.PromiseCombiner;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.impl.WebSocketInternal;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * Masks the frames of a client as RFC 6455, section 5.3, asks, in the array that they lie in: Netty's own encoder
 * copies them through two layers of checked buffers, which was a third of a producer's processor time. So whoever
 * writes a binary frame gives its array away. Other frames are left to Netty. Used on the socket's event loop only.
 */
final class MaskingEncoder extends ChannelOutboundHandlerAdapter {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final int FINAL = 0x80;
    private static final int CONTINUATION = 0;
    private static final int BINARY = 2;
    private static final int MASKED = 0x80;
    /** Longer payloads say their length in two bytes behind this mark, and still longer ones in eight. */
    private static final int TWO_BYTES = 126;

    private static final int EIGHT_BYTES = 127;
    private static final int HEAD_BYTES_MAX = 14;

    /** Keys must not be foreseen by whoever chooses the payload; these are taken from it in bulk. */
    private final SecureRandom random = new SecureRandom();

    private final byte[] keys = new byte[1024];
    private int nextKey = keys.length;

    private MaskingEncoder() {}

    /** Sends what the socket writes from now on through an encoder of its own. */
    static void install(WebSocket socket) {
        ChannelPipeline pipeline =
                ((WebSocketInternal) socket).channelHandlerContext().pipeline();
        ChannelHandlerContext encoder = pipeline.context(WebSocketFrameEncoder.class);
        if (encoder != null) {
            pipeline.addAfter(encoder.name(), "postrider-masking", new MaskingEncoder());
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        boolean ours = message instanceof BinaryWebSocketFrame || message instanceof ContinuationWebSocketFrame;
        if (ours && ((WebSocketFrame) message).content().hasArray()) {
            write(context, (WebSocketFrame) message, promise);
        } else {
            super.write(context, message, promise);
        }
    }

    private void write(ChannelHandlerContext context, WebSocketFrame frame, ChannelPromise promise) {
        ByteBuf payload = frame.content();
        int key = nextKey();
        int opcode = frame instanceof BinaryWebSocketFrame ? BINARY : CONTINUATION;
        ByteBuf head = context.alloc().ioBuffer(HEAD_BYTES_MAX);
        writeHead(head, (frame.isFinalFragment() ? FINAL : 0) | frame.rsv() << 4 | opcode, payload.readableBytes());
        head.writeInt(key);
        mask(payload.array(), payload.arrayOffset() + payload.readerIndex(), payload.readableBytes(), key);
        PromiseCombiner both = new PromiseCombiner(context.executor());
        both.add(context.write(head));
        both.add(context.write(payload));
        both.finish(promise);
    }

    private static void writeHead(ByteBuf head, int first, int length) {
        head.writeByte(first);
        if (length < TWO_BYTES) {
            head.writeByte(MASKED | length);
        } else if (length <= 0xFFFF) {
            head.writeByte(MASKED | TWO_BYTES).writeShort(length);
        } else {
            head.writeByte(MASKED | EIGHT_BYTES).writeLong(length);
        }
    }

    private int nextKey() {
        if (nextKey == keys.length) {
            random.nextBytes(keys);
            nextKey = 0;
        }
        int key = (keys[nextKey] & 0xFF) << 24
                | (keys[nextKey + 1] & 0xFF) << 16
                | (keys[nextKey + 2] & 0xFF) << 8
                | keys[nextKey + 3] & 0xFF;
        nextKey += Integer.BYTES;
        return key;
    }

    /** Byte i is combined with byte i mod 4 of the key, highest first. */
    static void mask(byte[] bytes, int from, int length, int key) {
        long twice = (long) key << 32 | key & 0xFFFF_FFFFL;
        int end = from + length;
        int at = from;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ twice);
        }
        for (int i = 0; at < end; at++, i++) {
            bytes[at] ^= (byte) (key >>> 24 - (i & 3) * 8);
        }
    }
}

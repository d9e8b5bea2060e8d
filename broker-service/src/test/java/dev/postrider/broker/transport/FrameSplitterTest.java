package dev.postrider.broker.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameSplitterTest {
    private static final int FRAME_BYTES_MAX = 1 << 20;
    private static final int MASK = 0x12a4b6c8;

    private final EmbeddedChannel channel = new EmbeddedChannel(
            new FrameSplitter(FRAME_BYTES_MAX),
            new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                    .maxFramePayloadLength(FRAME_BYTES_MAX)
                    .withUTF8Validator(false)
                    .build()));

    private static ByteBuf frame(int firstByte, byte[] payload) {
        ByteBuf frame = head(firstByte, payload.length);
        for (int i = 0; i < payload.length; i++) {
            frame.writeByte(payload[i] ^ MASK >> 24 - 8 * (i % 4));
        }
        return frame;
    }

    private static ByteBuf head(int firstByte, long length) {
        ByteBuf head = Unpooled.buffer().writeByte(firstByte);
        if (length >= 0 && length < 126) {
            head.writeByte(0x80 | (int) length);
        } else if (length >= 0 && length <= 0xffff) {
            head.writeByte(0x80 | 126).writeShort((int) length);
        } else {
            head.writeByte(0x80 | 127).writeLong(length);
        }
        return head.writeInt(MASK);
    }

    private static byte[] payload(int length) {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        return payload;
    }

    private List<WebSocketFrame> frames() {
        List<WebSocketFrame> frames = new ArrayList<>();
        for (WebSocketFrame frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
            frames.add(frame);
        }
        return frames;
    }

    private static byte[] joined(List<WebSocketFrame> frames) {
        ByteBuf all = Unpooled.buffer();
        frames.forEach(frame -> all.writeBytes(frame.content()));
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 65_532, 65_533, 65_536, 131_064, 131_065, 300_001, FRAME_BYTES_MAX})
    void keepsEveryByteOfAFrame(int length) {
        byte[] payload = payload(length);
        channel.writeInbound(frame(0x82, payload));

        List<WebSocketFrame> frames = frames();
        assertThat(joined(frames)).isEqualTo(payload);
        assertThat(frames).hasSize(Math.max(1, (length + FrameSplitter.PART_BYTES - 1) / FrameSplitter.PART_BYTES));
        assertThat(frames.get(frames.size() - 1).isFinalFragment()).isTrue();
        assertThat(frames.subList(0, frames.size() - 1)).noneMatch(WebSocketFrame::isFinalFragment);
    }

    @Test
    void takesFramesInWhateverPiecesTheyCome() {
        byte[] payload = payload(200_000);
        ByteBuf all = Unpooled.wrappedBuffer(
                frame(0x02, payload), frame(0x89, payload(5)), frame(0x80, payload), frame(0x81, new byte[0]));
        Random random = new Random(7);
        while (all.isReadable()) {
            channel.writeInbound(all.readRetainedSlice(Math.min(all.readableBytes(), 1 + random.nextInt(20_000))));
        }

        List<WebSocketFrame> frames = frames();
        assertThat(joined(frames)).hasSize(200_000 + 5 + 200_000);
        assertThat(frames.stream().filter(WebSocketFrame::isFinalFragment)).hasSize(3);
    }

    @Test
    void handsOnWhatHasComeOfAFrameThatNeverEnds() {
        channel.writeInbound(head(0x82, FRAME_BYTES_MAX));
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[FRAME_BYTES_MAX - 1]));

        assertThat(joined(frames()).length).isGreaterThan(FRAME_BYTES_MAX - 1 - FrameSplitter.PART_BYTES);
    }

    @Test
    void leavesTheRefusalOfAFrameThatIsTooLongToTheDecoder() {
        assertThatThrownBy(() -> channel.writeInbound(head(0x82, FRAME_BYTES_MAX + 1)))
                .isInstanceOf(CorruptedWebSocketFrameException.class);
    }

    @Test
    void leavesTheRefusalOfANegativeLengthToTheDecoder() {
        assertThatThrownBy(() -> channel.writeInbound(head(0x82, Long.MIN_VALUE)))
                .isInstanceOf(CorruptedWebSocketFrameException.class);
    }
}

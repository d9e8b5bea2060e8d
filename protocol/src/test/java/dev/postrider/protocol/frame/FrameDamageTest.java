package dev.postrider.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.protocol.codec.RecordFormatException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever arrives, reading ends with the frame or with the one exception, and costs no more than what arrived. */
class FrameDamageTest {
    private static final long BYTES_PER_BYTE = 64;
    private static final long BYTES_ALWAYS = 512 * 1024;

    @Test
    void everyTruncationIsRefused() {
        for (byte[] message : SampleFrames.all()) {
            int whole = SampleFrames.readAll(message);
            for (int length = 1; length < message.length; length++) {
                byte[] cut = Arrays.copyOf(message, length);
                assertThat(survives(cut))
                        .as("%d of %d bytes", length, message.length)
                        .isLessThan(whole);
            }
        }
    }

    @Test
    void everyFlippedBitIsHarmless() {
        for (byte[] message : SampleFrames.all()) {
            for (int bit = 0; bit < message.length * 8; bit++) {
                byte[] damaged = message.clone();
                damaged[bit >> 3] ^= (byte) (1 << (bit & 7));
                var unused = survives(damaged);
            }
        }
    }

    @Test
    void noiseIsHarmless() {
        SplittableRandom random = new SplittableRandom(1);
        List<byte[]> samples = SampleFrames.all();
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = samples.get(random.nextInt(samples.size())).clone();
            for (int changes = random.nextInt(6); changes >= 0; changes--) {
                noise[random.nextInt(noise.length)] = (byte) random.nextInt();
            }
            var unused = survives(noise);
        }
    }

    @Test
    void aSettlingFrameThatWasAlteredSettlesNothing() {
        byte[] ack = SampleFrames.message(
                out -> ClientFrames.ack(out, 3, List.of(SampleFrames.receipt(3, 13), SampleFrames.receipt(5, 15))));
        for (int bit = FrameWriter.HEADER_BYTES * 8; bit < ack.length * 8; bit++) {
            byte[] damaged = ack.clone();
            damaged[bit >> 3] ^= (byte) (1 << (bit & 7));
            assertThatThrownBy(() -> SampleFrames.readAll(damaged)).isInstanceOf(FrameFormatException.class);
        }
    }

    /** How many frames are read before the exception, or all; anything else that is thrown is a failure. */
    private static int survives(byte[] message) {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        int read = 0;
        String refusal = "none";
        FrameReader in = new FrameReader(message);
        try {
            while (in.next()) {
                if (in.type() != null) {
                    var unused = SampleFrames.read(in);
                    read++;
                }
            }
        } catch (FrameFormatException | RecordFormatException e) {
            refusal = e.getMessage();
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(refusal).isNotBlank();
        assertThat(allocated).isLessThan(BYTES_ALWAYS + BYTES_PER_BYTE * message.length);
        return read;
    }
}

package dev.postrider.protocol.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * Records as one LZ4 block behind their length, {@code i32}. The block format is that of
 * <a href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md">lz4_Block_format.md</a>.
 */
final class Lz4 {
    static final int HEAD_BYTES = Integer.BYTES;
    /** What one batch may expand to: a reader has it in memory as a whole. */
    static final int EXPANDED_BYTES_MAX = 1 << 20;
    /** A byte of a block makes no more bytes than this. */
    private static final int RATIO_MAX = 255;

    private static final LZ4Factory FACTORY = nativeOrJava();
    private static final LZ4Compressor COMPRESSOR = FACTORY.fastCompressor();
    private static final LZ4SafeDecompressor DECOMPRESSOR = FACTORY.safeDecompressor();

    private Lz4() {}

    /**
     * The library's own choice takes native code only from the system's class loader, which is not the one that
     * Quarkus loads a broker with, and expanding in Java takes several times as long.
     */
    private static LZ4Factory nativeOrJava() {
        try {
            return LZ4Factory.nativeInstance();
        } catch (LinkageError | RuntimeException | AssertionError e) {
            // No binary for this system, or no place from which it may be loaded.
            return LZ4Factory.fastestJavaInstance();
        }
    }

    /**
     * Compresses so many bytes; null if that saves less than an eighth, or they are too many.
     *
     * @return their length and the block
     */
    static byte[] compress(byte[] raw, int from, int length) {
        if (length > EXPANDED_BYTES_MAX) {
            return null;
        }
        byte[] target = new byte[HEAD_BYTES + COMPRESSOR.maxCompressedLength(length)];
        ByteBuffer.wrap(target).putInt(length);
        int size = HEAD_BYTES + COMPRESSOR.compress(raw, from, length, target, HEAD_BYTES);
        return size <= length - length / 8 ? Arrays.copyOf(target, size) : null;
    }

    /**
     * Makes sure that so many bytes may come of a block.
     *
     * @param length bytes of the block with its head
     */
    static void checkExpanded(int expanded, int length) {
        if (expanded < 0 || expanded > EXPANDED_BYTES_MAX || expanded > (long) RATIO_MAX * length) {
            throw new RecordFormatException(
                    "A batch of " + length + " bytes says that it expands to " + expanded + " bytes");
        }
    }

    /**
     * Expands a block.
     *
     * @param from where its head begins
     * @param length bytes of both
     * @param expanded how many bytes must come of it, to be put into {@code target} from {@code at} on
     */
    static void expand(byte[] source, int from, int length, byte[] target, int at, int expanded) {
        try {
            int size = DECOMPRESSOR.decompress(source, from + HEAD_BYTES, length - HEAD_BYTES, target, at, expanded);
            if (size != expanded) {
                throw new RecordFormatException(
                        "A batch says that it expands to " + expanded + " bytes and has " + size);
            }
        } catch (LZ4Exception e) {
            throw new RecordFormatException("A batch cannot be expanded");
        }
    }
}

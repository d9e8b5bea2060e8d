package dev.postrider.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.protocol.record.MessageRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CompressedBatchTest {
    private static final int COUNT_AT = 4;
    private static final int LENGTH_AT = 8;
    private static final int SUM_AT = 12;

    @Test
    void readsAsItDidBefore() {
        byte[] plain = batch(0, 50);
        byte[] compressed = compressed(plain);

        RecordBatchReader reader = RecordBatchReader.of(compressed);

        assertThat(compressed.length).isLessThan(plain.length / 2);
        assertReads(reader, 0, 50);
        assertThat(reader.byteCount()).isEqualTo(plain.length + compressed.length);
    }

    /** By hand: a body of forty times 'a', of which the block has the first and the last five. */
    @Test
    void readsABlockOfAnotherEncoder() {
        byte[] batch = HexFormat.ofDelimiter(" ")
                .parseHex("50 52 01 01 00 00 00 01 00 00 00 12 40 5e a8 c6 00 00 00 2b"
                        + " 4f 2a 00 00 61 01 00 0f 50 61 61 61 61 61");

        assertThat(RecordBatchReader.of(batch).read(0).body()).asString().isEqualTo("a".repeat(40));
    }

    @Test
    void isNotMadeOfWhatHardlyGetsShorter() {
        byte[] random = new byte[5_000];
        new Random(1).nextBytes(random);
        RecordBatchWriter writer = new RecordBatchWriter();
        writer.append(MessageRecord.builder().body(random).build());
        byte[] plain = writer.finish();

        assertThat(compressed(plain)).isEqualTo(plain);
    }

    @Test
    void isNotMadeOfMoreThanAReaderTakes() {
        RecordBatchWriter writer = new RecordBatchWriter();
        writer.append(MessageRecord.builder().body(new byte[1 << 20]).build());
        byte[] plain = writer.finish();

        assertThat(compressed(plain)).isEqualTo(plain);
    }

    /** How long they may be is for whoever receives them to say. */
    @Test
    void isAloneInBeingHeldToWhatItMayExpandTo() {
        byte[] plain = batch(0, 50);

        assertThat(RecordBatchReader.of(plain, 0, plain.length, 1).count()).isEqualTo(50);
    }

    @Nested
    class PassedOn {
        private final byte[] compressed = compressed(batch(0, 20));
        private final RecordBatchReader reader = RecordBatchReader.of(concat(batch(100, 3), compressed, batch(200, 2)));

        @Test
        void isCopiedAsItIsWhenAllOfItIsWanted() {
            assertThat(reader.contiguous(3, 22, 1)).isEqualTo(20);
            assertThat(copy(3, 20)).isEqualTo(compressed);
        }

        @Test
        void isCopiedExpandedWhenAPartIsWanted() {
            assertThat(reader.contiguous(3, 19, Integer.MAX_VALUE)).isEqualTo(19);
            assertThat(reader.contiguous(4, 30, Integer.MAX_VALUE)).isEqualTo(19);
            assertReads(RecordBatchReader.of(copy(3, 19)), 0, 19);
            assertReads(RecordBatchReader.of(copy(4, 19)), 1, 19);
        }

        @Test
        void isNotJoinedWithItsNeighbours() {
            assertThat(reader.contiguous(0, 25, Integer.MAX_VALUE)).isEqualTo(3);
            assertThat(reader.contiguous(23, 2, Integer.MAX_VALUE)).isEqualTo(2);
            assertReads(RecordBatchReader.of(copy(23, 2)), 200, 2);
        }

        @Test
        void isWrittenAsItIsBetweenOthers() {
            RecordBatchWriter writer = new RecordBatchWriter();
            for (int run = 0; run < 2; run++) {
                writer.append(reader, 3, 20);
                writer.append(reader, 3, 20);
                writer.append(reader, 0, 3);
                writer.append(reader, 5, 4);
                writer.append(reader, 3, 20);
                assertThat(writer.count()).isEqualTo(67);
                int size = writer.size();

                byte[] written = writer.finish();

                RecordBatchReader again = RecordBatchReader.of(written);
                assertReads(again, 0, 0, 20);
                assertReads(again, 20, 0, 20);
                assertReads(again, 40, 100, 3);
                assertReads(again, 43, 2, 4);
                assertReads(again, 47, 0, 20);
                assertThat(size - (again.byteCount() - written.length)).isBetween(0, BatchHeader.BYTES);
                assertThat(Arrays.copyOf(written, compressed.length)).isEqualTo(compressed);
                assertThat(again.piece(20)).isEqualTo(20);
                assertThat(again.piece(40)).isEqualTo(1);
            }
        }

        private byte[] copy(int first, int count) {
            byte[] target = new byte[reader.batchLength(first, count)];
            reader.copyBatch(first, count, target, 0);
            return target;
        }
    }

    @Nested
    class JustWritten {
        @Test
        void readsAsItDoesLater() {
            RecordBatchWriter writer = new RecordBatchWriter();
            writer.append(RecordBatchReader.of(compressed(batch(0, 20))), 0, 20);
            writer.append(MessageRecord.builder().key("k").body(new byte[3]).build());
            int flags = writer.flags();
            byte[] written = writer.finish();

            RecordBatchReader reader = RecordBatchReader.ofWritten(written, flags);
            RecordBatchReader later = RecordBatchReader.of(written);

            assertThat(flags).isEqualTo(later.flags()).isEqualTo(RecordFlags.KEY);
            assertThat(reader.flags()).isEqualTo(flags);
            assertThat(reader.count()).isEqualTo(21);
            assertThat(reader.byteCount()).isEqualTo(later.byteCount());
            assertThat(reader.rawLength(0, 20)).isEqualTo(later.rawLength(0, 20));
            assertReads(reader, 0, 0, 20);
            assertThat(reader.key(20)).isEqualTo("k");
        }

        @Test
        void isNotExpandedToBePassedOnAsItIs() {
            byte[] broken = compressed(batch(0, 50));
            putInt(broken, COUNT_AT, 49);
            putInt(broken, SUM_AT, BatchHeader.sum(broken, 0, broken.length - BatchHeader.BYTES));

            RecordBatchReader reader = RecordBatchReader.ofWritten(broken, 0);
            RecordBatchWriter writer = new RecordBatchWriter();
            writer.append(reader, 0, reader.contiguous(0, 49, 1));

            assertThat(writer.finish()).isEqualTo(broken);
            assertThatThrownBy(() -> reader.read(0)).isInstanceOf(RecordFormatException.class);
        }
    }

    @Nested
    class IsRefused {
        private final byte[] batch = compressed(batch(0, 50));

        @Test
        void withAnyBitFlipped() {
            for (int bit = 0; bit < batch.length * 8; bit++) {
                batch[bit / 8] ^= (byte) (1 << bit % 8);
                assertRefused(batch);
                batch[bit / 8] ^= (byte) (1 << bit % 8);
            }
            assertReads(RecordBatchReader.of(batch), 0, 50);
        }

        @Test
        void cutShortAnywhereThoughTheSumFits() {
            for (int length = BatchHeader.BYTES; length < batch.length; length++) {
                byte[] cut = Arrays.copyOf(batch, length);
                putInt(cut, LENGTH_AT, length - BatchHeader.BYTES);
                assertRefused(summed(cut));
            }
        }

        @Test
        void whenItDoesNotExpandToWhatItSays() {
            for (int expanded : new int[] {-1, 0, 1, 49, 4_000, 1 << 20, (1 << 20) + 1, Integer.MAX_VALUE}) {
                putInt(batch, BatchHeader.BYTES, expanded);
                assertRefused(summed(batch));
            }
        }

        @Test
        void withMoreRecordsThanItsBytesCanHold() {
            putInt(batch, COUNT_AT, 49);
            assertRefused(summed(batch));
            putInt(batch, COUNT_AT, 51);
            assertRefused(summed(batch));
            putInt(batch, COUNT_AT, Integer.MAX_VALUE);
            assertRefused(summed(batch));
        }

        @Test
        void whenItExpandsToMoreThanIsAllowed() {
            byte[] many = concat(batch, batch, batch);
            int expanded = 3 * batch(0, 50).length;

            assertThat(RecordBatchReader.of(many, 0, many.length, expanded).count())
                    .isEqualTo(150);
            assertThatThrownBy(() -> RecordBatchReader.of(many, 0, many.length, expanded - 1))
                    .isInstanceOf(RecordFormatException.class)
                    .hasMessageContaining("expanded");
        }

        @Test
        void withRandomBytesForABlock() {
            Random random = new Random(7);
            for (int round = 0; round < 2_000; round++) {
                byte[] forged = batch.clone();
                for (int i = 0; i < 3; i++) {
                    forged[
                                    BatchHeader.BYTES
                                            + Lz4.HEAD_BYTES
                                            + random.nextInt(forged.length - BatchHeader.BYTES - Lz4.HEAD_BYTES)] =
                            (byte) random.nextInt();
                }
                readOrRefuse(summed(forged));
            }
        }

        /** A changed literal is another record; what is no block, or no records, must be told as such. */
        private void readOrRefuse(byte[] forged) {
            try {
                assertThat(RecordBatchReader.of(forged).count()).isEqualTo(50);
            } catch (RecordFormatException e) {
                assertThat(e).hasMessageMatching("A (batch|record|length|varint) .*");
            }
        }

        private void assertRefused(byte[] bytes) {
            assertThatThrownBy(() -> RecordBatchReader.of(bytes)).isInstanceOf(RecordFormatException.class);
        }

        private byte[] summed(byte[] bytes) {
            putInt(bytes, SUM_AT, BatchHeader.sum(bytes, 0, bytes.length - BatchHeader.BYTES));
            return bytes;
        }
    }

    private static void putInt(byte[] bytes, int at, int value) {
        ByteBuffer.wrap(bytes).putInt(at, value);
    }

    private static byte[] batch(int from, int count) {
        RecordBatchWriter writer = new RecordBatchWriter();
        for (int i = from; i < from + count; i++) {
            writer.append(MessageRecord.builder()
                    .body(text(i).getBytes(StandardCharsets.UTF_8))
                    .build());
        }
        return writer.finish();
    }

    private static String text(int number) {
        return "{\"number\":" + number + ",\"street\":\"Main Street\",\"town\":\"Springfield\"}";
    }

    private static byte[] compressed(byte[] batch) {
        byte[] target = batch.clone();
        return Arrays.copyOf(target, RecordBatchWriter.compress(target, 0, target.length));
    }

    private static byte[] concat(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        Arrays.stream(parts).forEach(all::put);
        return all.array();
    }

    private static void assertReads(RecordBatchReader reader, int from, int count) {
        assertThat(reader.count()).isEqualTo(count);
        assertReads(reader, 0, from, count);
    }

    private static void assertReads(RecordBatchReader reader, int index, int from, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(reader.read(index + i).body()).asString().isEqualTo(text(from + i));
        }
    }
}

package dev.postrider.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordBatchDamageTest {
    @Nested
    class Damaged {
        @ParameterizedTest
        @EnumSource
        void aBatchCutShortAnywhereIsRefused(GoldenRecords golden) {
            byte[] whole = golden.bytes();
            int firstEnd = endOfFirstBatch(whole);
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                if (length == firstEnd) {
                    assertThat(RecordBatchReader.of(cut).count())
                            .isEqualTo(golden.batches().get(0).size());
                } else {
                    assertRefused(cut);
                }
            }
        }

        @ParameterizedTest
        @EnumSource
        void aBatchWithAnyBitFlippedIsRefused(GoldenRecords golden) {
            byte[] bytes = golden.bytes();
            for (int bit = 0; bit < bytes.length * 8; bit++) {
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
                assertRefused(bytes);
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
            }
            assertThat(RecordBatchReader.of(bytes).count()).isPositive();
        }

        @Test
        void bytesBehindABatchAreRefused() {
            byte[] whole = GoldenRecords.ALL.bytes();
            assertRefused(Arrays.copyOf(whole, whole.length + 1));
            assertRefused(Arrays.copyOf(whole, whole.length + 40));
        }
    }

    /** Batches whose checksum fits, as somebody could send them. */
    @Nested
    class Forged {
        @ParameterizedTest
        @EnumSource
        void recordsWithAnyBitFlippedAreReadOrRefused(GoldenRecords golden) {
            byte[] bytes = golden.batches().size() == 1 ? golden.bytes() : GoldenRecords.SEVERAL_RECORDS.bytes();
            for (int bit = 4 * 8; bit < bytes.length * 8; bit++) {
                byte[] forged = bytes.clone();
                forged[bit / 8] ^= (byte) (1 << bit % 8);
                readOrRefuse(sealed(forged));
            }
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3})
        void noiseIsReadOrRefused(long seed) {
            Random random = new Random(seed);
            for (int run = 0; run < 20_000; run++) {
                byte[] records = new byte[3 + random.nextInt(60)];
                random.nextBytes(records);
                if (random.nextBoolean()) {
                    records[0] = (byte) (records.length - 1);
                    records[1] &= 0x0f;
                }
                readOrRefuse(batch(1 + random.nextInt(3), records));
            }
        }

        @ParameterizedTest
        @CsvSource({
            "a flag of the future, 0310 00 00",
            "priority above 9, 03 0008 0a",
            "content type code of the future, 03 0004 05",
            "a key that is not UTF-8, 05 0002 02 c3 28",
            "an overlong form of a slash, 05 0002 02 c0 af",
            "half a surrogate pair in UTF-8, 06 0002 03 ed a0 80",
            "a key longer than the record, 04 0002 05 61",
            "a key of 2^62 bytes, 0b 0002 8080808080808080 40",
            "more headers than bytes, 0b 0010 ffffffffffffffff 7f",
            "a varint of ten bytes, 0c 0020 80808080808080808001",
            "a varint that does not end, 04 0020 80 80",
            "2^31 attempts, 08 0400 8080808008 00",
            "flags cut short, 01 00",
            "nothing at all in a record, 00 00 00",
        })
        void aRecordOutOfBoundsIsRefused(String what, String hex) {
            byte[] records = HexFormat.of().parseHex(hex.replace(" ", ""));
            byte[] batch = batch(1, records);
            assertThatThrownBy(() -> readAll(batch)).as(what).isInstanceOf(RecordFormatException.class);
        }

        @Test
        void aReplacementCharacterThatWasWrittenIsNotMalformed() {
            byte[] records = HexFormat.of().parseHex("06000203efbfbd");
            assertThat(RecordBatchReader.of(batch(1, records)).read(0).key()).isEqualTo("\ufffd");
        }

        @ParameterizedTest
        @ValueSource(ints = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1_000, 2, 34})
        void aCountThatCannotBeIsRefusedWithoutMakingRoomForIt(int count) {
            byte[] batch = batch(count, new byte[100]);
            assertThat(bytesAllocatedBy(() -> assertRefused(batch))).isLessThan(1_000_000);
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, -16, Integer.MIN_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE - 15, 5, 7})
        void aLengthThatCannotBeIsRefused(int length) {
            byte[] batch = batch(1, new byte[] {5, 0, 0, 1, 2, 3});
            putInt(batch, 8, length);
            assertRefused(batch);
        }

        @Test
        void aHugeNumberOfHeadersIsRefusedWithoutMakingRoomForIt() {
            byte[] batch = batch(1, HexFormat.of().parseHex("0b0010ffffffffffffffff7f"));
            assertThat(bytesAllocatedBy(
                            () -> assertThatThrownBy(() -> readAll(batch)).isInstanceOf(RecordFormatException.class)))
                    .isLessThan(1_000_000);
        }
    }

    private static void readOrRefuse(byte[] batch) {
        try {
            readAll(batch);
        } catch (RecordFormatException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    private static void readAll(byte[] batch) {
        RecordBatchReader reader = RecordBatchReader.of(batch);
        for (int i = 0; i < reader.count(); i++) {
            assertThat(reader.read(i).body().length).isLessThan(batch.length);
        }
    }

    private static void assertRefused(byte[] bytes) {
        assertThatThrownBy(() -> RecordBatchReader.of(bytes)).isInstanceOf(RecordFormatException.class);
    }

    private static long bytesAllocatedBy(Runnable act) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        act.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static int endOfFirstBatch(byte[] whole) {
        return RecordBatchWriter.HEADER_BYTES + ByteBuffer.wrap(whole).getInt(8);
    }

    private static byte[] batch(int count, byte[] records) {
        byte[] batch = new byte[RecordBatchWriter.HEADER_BYTES + records.length];
        batch[0] = 'P';
        batch[1] = 'R';
        batch[2] = 1;
        putInt(batch, 4, count);
        putInt(batch, 8, records.length);
        System.arraycopy(records, 0, batch, RecordBatchWriter.HEADER_BYTES, records.length);
        return sealed(batch);
    }

    /** Puts the checksum right. */
    private static byte[] sealed(byte[] batch) {
        putInt(batch, 12, BatchHeader.sum(batch, 0, batch.length - BatchHeader.BYTES));
        return batch;
    }

    private static void putInt(byte[] bytes, int at, int value) {
        ByteBuffer.wrap(bytes).putInt(at, value);
    }
}

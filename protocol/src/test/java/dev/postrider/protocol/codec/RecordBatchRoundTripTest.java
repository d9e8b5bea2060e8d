package dev.postrider.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.protocol.record.MessageRecord;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordBatchRoundTripTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 20261121})
    void whatWasWrittenIsRead(long seed) {
        Random random = new Random(seed);
        RandomRecords records = new RandomRecords(seed);
        RecordBatchWriter writer = new RecordBatchWriter();
        for (int run = 0; run < 25; run++) {
            List<MessageRecord> expected = new ArrayList<>();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int batches = 1 + random.nextInt(3); batches > 0; batches--) {
                List<MessageRecord> batch = records.next(1 + random.nextInt(20));
                batch.forEach(writer::append);
                expected.addAll(batch);
                byte[] written = writer.finish();
                int length =
                        random.nextBoolean() ? RecordBatchWriter.compress(written, 0, written.length) : written.length;
                bytes.write(written, 0, length);
            }
            assertThat(readAll(bytes.toByteArray()))
                    .as("seed %d, run %d", seed, run)
                    .usingRecursiveFieldByFieldElementComparator(RecursiveComparisonConfiguration.builder()
                            .withEqualsForType(Arrays::equals, byte[].class)
                            .build())
                    .isEqualTo(expected);
        }
    }

    @Test
    void aRecordFoundIsAsLongAsItsBytes() {
        RecordBatchWriter writer = new RecordBatchWriter();
        writer.append(MessageRecord.builder().body(new byte[300]).build());
        RecordBatchReader reader = RecordBatchReader.of(writer.finish());
        assertThat(reader.length(0)).isEqualTo(302);
        assertThat(reader.byteCount()).isEqualTo(RecordBatchWriter.HEADER_BYTES + 2 + 302);
    }

    @Test
    void aWriterIsAsNewAfterItsBatch() {
        RecordBatchWriter writer = new RecordBatchWriter();
        writer.append(MessageRecord.builder().body(new byte[100_000]).build());
        assertThat(writer.finish()).hasSize(RecordBatchWriter.HEADER_BYTES + 3 + 2 + 100_000);
        assertThat(writer.count()).isZero();
        assertThat(writer.size()).isEqualTo(RecordBatchWriter.HEADER_BYTES);
        assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
        writer.append(GoldenRecords.BARE.records().get(0));
        assertThat(writer.finish()).isEqualTo(GoldenRecords.BARE.bytes());
    }

    @Test
    void halfACharacterIsWrittenAsAQuestionMark() {
        RecordBatchWriter writer = new RecordBatchWriter();
        writer.append(MessageRecord.builder().key("a\ud83d").build());
        assertThat(readAll(writer.finish()).get(0).key()).isEqualTo("a?");
    }

    private static List<MessageRecord> readAll(byte[] bytes) {
        RecordBatchReader reader = RecordBatchReader.of(bytes);
        List<MessageRecord> records = new ArrayList<>();
        for (int i = 0; i < reader.count(); i++) {
            records.add(reader.read(i));
        }
        return records;
    }
}

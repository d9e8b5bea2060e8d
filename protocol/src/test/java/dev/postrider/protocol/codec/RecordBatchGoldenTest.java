package dev.postrider.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.protocol.record.MessageRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordBatchGoldenTest {
    @ParameterizedTest
    @EnumSource
    void writingGivesTheBytesOfTheFile(GoldenRecords golden) {
        RecordBatchWriter writer = new RecordBatchWriter();
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        for (List<MessageRecord> batch : golden.batches()) {
            batch.forEach(writer::append);
            assertThat(writer.count()).isEqualTo(batch.size());
            int size = writer.size();
            byte[] bytes = writer.finish();
            assertThat(bytes).hasSize(size);
            written.writeBytes(bytes);
        }
        assertThat(written.toByteArray()).asHexString().isEqualTo(hex(golden.bytes()));
    }

    @ParameterizedTest
    @EnumSource
    void readingTheFileGivesTheRecords(GoldenRecords golden) {
        RecordBatchReader reader = RecordBatchReader.of(golden.bytes());
        assertThat(reader.count()).isEqualTo(golden.records().size());
        assertThat(reader.byteCount()).isEqualTo(golden.bytes().length);
        for (int i = 0; i < reader.count(); i++) {
            assertThat(reader.read(i))
                    .usingRecursiveComparison()
                    .isEqualTo(golden.records().get(i));
            assertThat(List.copyOf(reader.read(i).headers().keySet()))
                    .containsExactlyElementsOf(golden.records().get(i).headers().keySet());
        }
    }

    @Test
    void everyFileIsRead() throws IOException, URISyntaxException {
        Path folder = Path.of(
                GoldenRecords.class.getResource("/golden/record-batch-v1").toURI());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Stream.of(GoldenRecords.values())
                            .map(GoldenRecords::fileName)
                            .collect(Collectors.toList()));
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }
}

package dev.postrider.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSettingsTest {
    @ParameterizedTest
    @CsvSource({"0, 128", "512, 128", "2048, 256", "8192, 1024", "24576, 2048", "1048576, 2048"})
    void theServerSharesAnEighthOfTheMemoryWithinBounds(long memoryMegabytes, long expected) {
        assertThat(ServerSettings.sharedBuffersMegabytes(memoryMegabytes << 20)).isEqualTo(expected);
    }
}

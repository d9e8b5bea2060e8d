package dev.postrider.broker.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastAddressTest {
    @TempDir
    Path directory;

    @Test
    void isReadByTheNextWhoUsesTheDirectory() {
        assertThat(address().read()).isEmpty();
        address().write("127.0.0.1:8080");
        assertThat(address().read()).contains("127.0.0.1:8080");
        address().write("[::1]:8081");
        assertThat(address().read()).contains("[::1]:8081");
    }

    @Test
    void isGoneAfterAnOrderlyEnd() {
        address().write("127.0.0.1:8080");
        address().remove();
        assertThat(address().read()).isEmpty();
        address().remove();
    }

    @Test
    void isUnknownWhereTheFileIsOfNoUse() throws IOException {
        Files.writeString(directory.resolve("broker-address"), "\n");
        assertThat(address().read()).isEmpty();
        LastAddress nowhere = new LastAddress(directory.resolve("missing").resolve("broker-address"));
        nowhere.write("127.0.0.1:8080");
        assertThat(nowhere.read()).isEmpty();
    }

    @Test
    void isNotKeptWithoutAFile() {
        LastAddress none = new LastAddress(null);
        none.write("127.0.0.1:8080");
        assertThat(none.read()).isEmpty();
        none.remove();
    }

    private LastAddress address() {
        return new LastAddress(directory.resolve("broker-address"));
    }
}

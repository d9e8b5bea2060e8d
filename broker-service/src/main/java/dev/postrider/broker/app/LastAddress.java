package dev.postrider.broker.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The address of the broker that last used a data directory, in a file there that an orderly end removes. Who has the
 * directory now knows that this broker is gone, wherever it listened. Best effort: without the file, as with any broker
 * that falls silent, it takes a while until others know.
 */
final class LastAddress {
    private static final Logger LOG = Logger.getLogger(LastAddress.class);

    private final Path file;

    /** In that file; null: nothing is kept. */
    LastAddress(Path file) {
        this.file = file;
    }

    /** Empty if it ended in order, or there was none. */
    Optional<String> read() {
        try {
            return file != null && Files.exists(file)
                    ? Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty())
                    : Optional.empty();
        } catch (IOException e) {
            LOG.warnf("%s cannot be read: %s", file, e);
            return Optional.empty();
        }
    }

    void write(String address) {
        try {
            if (file != null) {
                Files.writeString(file, address + "\n", StandardCharsets.US_ASCII);
            }
        } catch (IOException e) {
            LOG.warnf("%s cannot be written: %s", file, e);
        }
    }

    void remove() {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.warnf("%s cannot be removed: %s", file, e);
        }
    }
}

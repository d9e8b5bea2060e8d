package dev.postrider.protocol.codec;

/** Says that bytes are not a record batch: cut short, altered, or of a version that this code does not read. */
public final class RecordFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RecordFormatException(String message) {
        super(message);
    }
}

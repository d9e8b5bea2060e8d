package dev.postrider.protocol.frame;

/** Says that bytes are not a frame as {@code docs/spec/binary-protocol.md} has it. The message is for its sender. */
public final class FrameFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FrameFormatException(String message) {
        super(message);
    }
}

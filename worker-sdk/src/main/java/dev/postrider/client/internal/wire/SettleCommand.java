package dev.postrider.client.internal.wire;

import java.time.Duration;

/**
 * What is to be done with a message; equal commands travel in one frame.
 *
 * @param queue named only where the way to the broker needs it, else null
 * @param duration the delay of a nack (null for the queue's backoff), the lease of an extension, else null
 * @param reason of a nack or dead letter, may be null
 */
public record SettleCommand(Kind kind, String queue, Duration duration, String reason) {

    /** The four of them. */
    public enum Kind {
        ACK("ack", "ack"),
        NACK("nack", "nack"),
        DEAD_LETTER("deadLetter", "dead-letter"),
        EXTEND("extend", "extend");

        private final String frameType;
        private final String path;

        Kind(String frameType, String path) {
            this.frameType = frameType;
            this.path = path;
        }

        /** Its name in a WebSocket frame. */
        public String frameType() {
            return frameType;
        }

        /** Its name as the last part of an HTTP path. */
        public String path() {
            return path;
        }
    }

    private static final SettleCommand ACK = new SettleCommand(Kind.ACK, null, null, null);

    public static SettleCommand ack() {
        return ACK;
    }

    public static SettleCommand nack(Duration delay, String reason) {
        return new SettleCommand(Kind.NACK, null, delay, reason);
    }

    public static SettleCommand deadLetter(String reason) {
        return new SettleCommand(Kind.DEAD_LETTER, null, null, reason);
    }

    public static SettleCommand extend(Duration lease) {
        return new SettleCommand(Kind.EXTEND, null, lease, null);
    }

    /** The same for messages of a named queue. */
    public SettleCommand of(String name) {
        return new SettleCommand(kind, name, duration, reason);
    }
}

package dev.postrider.client.internal.wire;

import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.TextDuration;
import java.time.Duration;

/**
 * What is to be done with a message; equal commands travel in one frame.
 *
 * @param queue named only where the way to the broker needs it, else null
 * @param duration the delay of a nack (null for the queue's backoff), the lease of an extension, else null
 * @param reason of a nack or dead letter, may be null
 */
public record SettleCommand(Kind kind, String queue, Duration duration, String reason) {
    public SettleCommand {
        reason = reason == null ? null : bounded(reason);
    }

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

    private static final long LEASE_MILLIS_MIN = 100;
    private static final long LEASE_MILLIS_MAX = 12 * 60 * 60 * 1_000L;

    /** Of the API's 8 KiB, whatever the characters. */
    private static final int REASON_CHARS_MAX = 2_048;

    private static final SettleCommand ACK = new SettleCommand(Kind.ACK, null, null, null);

    public static SettleCommand ack() {
        return ACK;
    }

    /** @throws ProtocolException if {@code delay} is negative or beyond ten years */
    public static SettleCommand nack(Duration delay, String reason) {
        if (delay != null && (delay.isNegative() || delay.toMillis() > TextDuration.MILLIS_MAX)) {
            throw ProtocolException.invalid("'delay' must be between 0 and ten years");
        }
        return new SettleCommand(Kind.NACK, null, delay, reason);
    }

    public static SettleCommand deadLetter(String reason) {
        return new SettleCommand(Kind.DEAD_LETTER, null, null, reason);
    }

    /** @throws ProtocolException if {@code lease} is not 100 ms to 12 h */
    public static SettleCommand extend(Duration lease) {
        if (lease.toMillis() < LEASE_MILLIS_MIN || lease.toMillis() > LEASE_MILLIS_MAX) {
            throw ProtocolException.invalid("'lease' must be between 100ms and 12h");
        }
        return new SettleCommand(Kind.EXTEND, null, lease, null);
    }

    /** What is too long to keep is cut: a broker that refused it would leave the message unsettled. */
    private static String bounded(String reason) {
        String text = reason.indexOf('\0') < 0 ? reason : reason.replace('\0', ' ');
        if (text.length() <= REASON_CHARS_MAX) {
            return text;
        }
        int end =
                Character.isHighSurrogate(text.charAt(REASON_CHARS_MAX - 1)) ? REASON_CHARS_MAX - 1 : REASON_CHARS_MAX;
        return text.substring(0, end);
    }

    /** The same for messages of a named queue. */
    public SettleCommand of(String name) {
        return new SettleCommand(kind, name, duration, reason);
    }
}

package dev.postrider.protocol;

import java.nio.charset.StandardCharsets;

/**
 * Ids of messages. A producer may choose one (1 to 128 visible ASCII characters); otherwise the place where the
 * message was first stored is its id, which costs no byte in storage: 13 base-32 characters of the chunk's id,
 * which sort by time, then {@code -} and the record's index in base 32.
 */
public final class MessageIds {
    public static final int LENGTH_MAX = 128;

    private static final String DIGITS = "0123456789abcdefghijklmnopqrstuv";
    private static final int CHUNK_DIGITS = 13;
    private static final int BITS = 5;

    private MessageIds() {}

    /** The id of the record at {@code index} of the chunk where it was first stored. */
    public static String derived(long chunkId, int index) {
        int digits = Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(index) + BITS - 1) / BITS);
        byte[] text = new byte[CHUNK_DIGITS + 1 + digits];
        for (int i = 0, shift = (CHUNK_DIGITS - 1) * BITS; i < CHUNK_DIGITS; i++, shift -= BITS) {
            text[i] = (byte) DIGITS.charAt((int) (chunkId >>> shift) & 31);
        }
        text[CHUNK_DIGITS] = '-';
        for (int i = text.length - 1, rest = index; i > CHUNK_DIGITS; i--, rest >>>= BITS) {
            text[i] = (byte) DIGITS.charAt(rest & 31);
        }
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /**
     * Returns {@code id} unchanged.
     *
     * @param field where it came from, for the error text
     * @throws ProtocolException {@code invalid-request} if it is not 1 to 128 visible ASCII characters
     */
    public static String check(String field, String id) {
        boolean visible = id != null && id.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (!visible || id.isEmpty() || id.length() > LENGTH_MAX) {
            throw ProtocolException.invalid("'" + field + "' must have 1 to 128 visible ASCII characters");
        }
        return id;
    }
}

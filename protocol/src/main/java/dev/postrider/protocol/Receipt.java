package dev.postrider.protocol;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Names one handing-out of one record: who holds it, where it lies, and which of the holder's handings it was.
 * Opaque to clients. As text: base64url without padding over 32 bytes, big-endian:
 *
 * <pre>
 *  0  i32  queue id
 *  4  i64  broker id, the owner of the delivery
 * 12  i64  chunk id
 * 20  i32  index of the record in its chunk
 * 24  i32  handing: counts the handings-out of the owner, so that an older receipt of the same record is refused
 * 28  u32  CRC-32C of bytes 0 to 27: tells a receipt from noise, not from malice
 * </pre>
 *
 * @param queueId the queue's number
 * @param brokerId the owner's id
 * @param chunkId the chunk's id
 * @param index 0 up
 * @param handing any number, compared for equality only
 */
public record Receipt(int queueId, long brokerId, long chunkId, int index, int handing) {
    /** Characters in the text form. */
    public static final int TEXT_LENGTH = 43;

    /** The last character carries four bits of the 32 bytes; the two behind them are zero in these alone. */
    private static final String LAST_CHARACTERS = "AEIMQUYcgkosw048";

    private static final int BODY_BYTES = 28;
    private static final int BYTES = BODY_BYTES + Integer.BYTES;

    /** The text form. */
    public String toText() {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES);
        buffer.putInt(queueId).putLong(brokerId).putLong(chunkId).putInt(index).putInt(handing);
        buffer.putInt(checksum(buffer.array()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(buffer.array());
    }

    /** Reads a receipt; empty if {@code text} is null or not well formed. */
    public static Optional<Receipt> parse(String text) {
        if (text == null || text.length() != TEXT_LENGTH) {
            return Optional.empty();
        }
        if (LAST_CHARACTERS.indexOf(text.charAt(TEXT_LENGTH - 1)) < 0) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (bytes.length != BYTES || buffer.getInt(BODY_BYTES) != checksum(bytes)) {
            return Optional.empty();
        }
        return Optional.of(
                new Receipt(buffer.getInt(), buffer.getLong(), buffer.getLong(), buffer.getInt(), buffer.getInt()));
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, BODY_BYTES);
        return (int) crc.getValue();
    }
}

package dev.postrider.protocol.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Texts as UTF-8, read strictly. */
public final class Utf8 {
    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    /**
     * The text that stands there, which must be within {@code bytes}.
     *
     * @throws CharacterCodingException if that is not UTF-8
     */
    public static String read(byte[] bytes, int position, int length) throws CharacterCodingException {
        String text = new String(bytes, position, length, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            // Tells a replacement character that was written from one that stands for bytes which are not UTF-8.
            var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, position, length));
        }
        return text;
    }
}

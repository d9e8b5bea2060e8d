package dev.postrider.protocol.codec;

/** Content types that a record writes as one byte. The table is part of the format: only ever append. */
final class ContentTypes {
    /** Written before a content type that is not in the table. */
    static final int OTHER = 0;

    private static final String[] KNOWN = {
        null, "application/json", "text/plain", "text/plain; charset=utf-8", "application/cloudevents+json"
    };

    private ContentTypes() {}

    static int codeOf(String contentType) {
        for (int i = 1; i < KNOWN.length; i++) {
            if (KNOWN[i].equals(contentType)) {
                return i;
            }
        }
        return OTHER;
    }

    static boolean isKnown(int code) {
        return code > OTHER && code < KNOWN.length;
    }

    static String ofCode(int code) {
        if (!isKnown(code)) {
            throw new RecordFormatException("Unknown content type code " + code);
        }
        return KNOWN[code];
    }
}

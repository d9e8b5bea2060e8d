package dev.postrider.protocol.codec;

/** The bits of a record's flags; each says that a field is present. Fields follow in the order of their bits. */
final class RecordFlags {
    static final int ID = 1;
    static final int KEY = 1 << 1;
    static final int CONTENT_TYPE = 1 << 2;
    static final int PRIORITY = 1 << 3;
    static final int HEADERS = 1 << 4;
    static final int DELIVER_AT = 1 << 5;
    static final int DELAY = 1 << 6;
    static final int TTL = 1 << 7;
    static final int DEDUPLICATION_KEY = 1 << 8;
    static final int PUBLISHED_AT = 1 << 9;
    static final int FAILED = 1 << 10;
    static final int TOPIC = 1 << 11;
    static final int ALL = (1 << 12) - 1;

    private RecordFlags() {}
}

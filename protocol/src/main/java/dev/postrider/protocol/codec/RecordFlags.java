package dev.postrider.protocol.codec;

/** The bits of a record's flags; each says that a field is present. Fields follow in the order of their bits. */
public final class RecordFlags {
    public static final int ID = 1;
    public static final int KEY = 1 << 1;
    public static final int CONTENT_TYPE = 1 << 2;
    public static final int PRIORITY = 1 << 3;
    public static final int HEADERS = 1 << 4;
    public static final int DELIVER_AT = 1 << 5;
    public static final int DELAY = 1 << 6;
    public static final int TTL = 1 << 7;
    public static final int DEDUPLICATION_KEY = 1 << 8;
    public static final int PUBLISHED_AT = 1 << 9;
    public static final int FAILED = 1 << 10;
    public static final int TOPIC = 1 << 11;
    public static final int ALL = (1 << 12) - 1;

    private RecordFlags() {}
}

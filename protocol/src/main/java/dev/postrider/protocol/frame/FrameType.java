package dev.postrider.protocol.frame;

/** What a frame is, by its first byte. The codes are part of the protocol: only ever append. */
public enum FrameType {
    PUBLISH(0x01),
    SUBSCRIBE(0x02),
    CREDIT(0x03),
    UNSUBSCRIBE(0x04),
    ACK(0x05),
    NACK(0x06),
    DEAD_LETTER(0x07),
    EXTEND(0x08),

    SUBSCRIBED(0x81),
    DELIVER(0x82),
    PUBLISHED(0x83),
    SETTLED(0x84),
    ERROR(0x85);

    private static final FrameType[] BY_CODE = new FrameType[256];

    static {
        for (FrameType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    /** The byte that stands for it. */
    public int code() {
        return code;
    }

    /** True for what clients send. */
    public boolean isOfClient() {
        return code < 0x80;
    }

    /** True for what ends a handing-out, or prolongs it. */
    public boolean settles() {
        return this == ACK || this == NACK || this == DEAD_LETTER || this == EXTEND;
    }

    /** Null if there is none with that code, 0 to 255. */
    static FrameType ofCode(int code) {
        return BY_CODE[code];
    }
}

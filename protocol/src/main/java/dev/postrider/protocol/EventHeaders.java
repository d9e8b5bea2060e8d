package dev.postrider.protocol;

/**
 * How a message keeps the attributes of a CloudEvent: each in a header, as CloudEvents has it for HTTP, except that
 * the {@code id} is the message's own if it can be, and {@code datacontenttype} its content type.
 */
public final class EventHeaders {
    /** Begins the name of every header that keeps an attribute. */
    public static final String PREFIX = "ce-";

    /** Only there if the message has another id. */
    public static final String ID = "ce-id";

    public static final String SPECVERSION = "ce-specversion";
    public static final String TYPE = "ce-type";
    public static final String SOURCE = "ce-source";
    public static final String SUBJECT = "ce-subject";
    public static final String TIME = "ce-time";

    /** The version of the specification, the value of {@link #SPECVERSION}. */
    public static final String VERSION = "1.0";

    private EventHeaders() {}

    /** True for the name of an attribute: lower-case letters and digits, 1 to 64 of them. */
    public static boolean isAttribute(String name) {
        return !name.isEmpty()
                && name.length() <= 64
                && name.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9');
    }
}

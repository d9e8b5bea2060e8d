package dev.postrider.broker.filter;

/** What a filter can ask of a message. What the message does not have is null, which a filter takes as unknown. */
public interface FilterSubject {
    /**
     * The value of a header.
     *
     * @param name as the filter has it; one that differs only in case is found if there is none that is the same
     * @return null if the message has no such header
     */
    String header(String name);

    /** The ordering key, or null. */
    String key();

    /** The {@code type} of a message that is a CloudEvent, or null. */
    String type();

    /** The {@code source} of a message that is a CloudEvent, or null. */
    String source();

    /** Never null. */
    String contentType();

    /** 0 to 9. */
    int priority();
}

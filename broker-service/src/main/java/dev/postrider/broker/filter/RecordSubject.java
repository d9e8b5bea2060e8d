package dev.postrider.broker.filter;

import dev.postrider.protocol.EventHeaders;
import dev.postrider.protocol.record.MessageRecord;
import java.util.Map;

/**
 * A record as filters see it. Does not look at the body, so that a record that was {@linkplain
 * dev.postrider.protocol.codec.RecordBatchReader#readProperties read without it} will do. Immutable.
 *
 * @param record the message; never null
 */
public record RecordSubject(MessageRecord record) implements FilterSubject {
    @Override
    public String header(String name) {
        Map<String, String> headers = record.headers();
        if (headers.isEmpty()) {
            return null;
        }
        String value = headers.get(name);
        return value == null ? headerInAnyCase(headers, name) : value;
    }

    /** HTTP does not keep the case of a header's name, so that a filter cannot insist on one. */
    private static String headerInAnyCase(Map<String, String> headers, String name) {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return null;
    }

    @Override
    public String key() {
        return record.key();
    }

    @Override
    public String type() {
        return header(EventHeaders.TYPE);
    }

    @Override
    public String source() {
        return header(EventHeaders.SOURCE);
    }

    @Override
    public String contentType() {
        return record.contentType();
    }

    @Override
    public int priority() {
        return record.priority();
    }
}

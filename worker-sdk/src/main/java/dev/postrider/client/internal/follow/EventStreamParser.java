package dev.postrider.client.internal.follow;

import dev.postrider.client.PostriderException;
import dev.postrider.protocol.ProblemCode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes a stream of server-sent events apart, as the HTML standard has it (section 9.2.6). Fed with bytes in pieces of
 * any size, it tells an event as soon as the empty line behind it is there; one that the end of the stream cuts off is
 * none. Not safe for several threads.
 */
final class EventStreamParser {
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    /** More would not fit into an int. */
    private static final int RETRY_DIGITS_MAX = 9;
    /** What is kept for the next line; a buffer that one great message has needed is let go. */
    private static final int KEPT_BYTES_MAX = 64 * 1024;

    private final int eventBytesMax;
    private final Consumer<ServerSentEvent> events;
    private ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
    private List<String> data = new ArrayList<>();
    private long dataBytes;
    private String type = "";
    private String id;
    private String lastEventId;
    private int retryMillis;
    private boolean begun;
    private boolean afterReturn;

    /**
     * @param eventBytesMax how much a line, or the data of an event, may hold
     * @param lastEventId what counts until the stream names an id, or null
     * @param events takes the events, in order
     */
    EventStreamParser(int eventBytesMax, String lastEventId, Consumer<ServerSentEvent> events) {
        this.eventBytesMax = eventBytesMax;
        this.id = lastEventId;
        this.lastEventId = lastEventId;
        this.events = events;
    }

    /** The last id that an empty line has confirmed; null: there was none. */
    String lastEventId() {
        return lastEventId;
    }

    /** How long the stream asks to wait before one comes back; 0 unless it did. */
    int retryMillis() {
        return retryMillis;
    }

    /**
     * Takes what came next.
     *
     * @throws PostriderException {@code message-too-large}; the parser is of no more use then
     */
    void feed(byte[] bytes) {
        int start = 0;
        for (int at = 0; at < bytes.length; at++) {
            byte b = bytes[at];
            if (b == '\n' && afterReturn) {
                // The second half of a line end whose first half has ended the line.
                start = at + 1;
            } else if (b == '\n' || b == '\r') {
                accept(lineOf(bytes, start, at));
                start = at + 1;
            }
            afterReturn = b == '\r';
        }
        requireRoomFor(bytes.length - start);
        unfinished.write(bytes, start, bytes.length - start);
    }

    private String lineOf(byte[] bytes, int start, int end) {
        requireRoomFor(end - start);
        String line;
        if (unfinished.size() == 0) {
            line = new String(bytes, start, end - start, StandardCharsets.UTF_8);
        } else {
            unfinished.write(bytes, start, end - start);
            line = unfinished.toString(StandardCharsets.UTF_8);
            forgetUnfinished();
        }
        if (!begun) {
            begun = true;
            return line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
        }
        return line;
    }

    private void forgetUnfinished() {
        if (unfinished.size() > KEPT_BYTES_MAX) {
            unfinished = new ByteArrayOutputStream();
        } else {
            unfinished.reset();
        }
    }

    private void requireRoomFor(int more) {
        if (dataBytes + unfinished.size() + more > eventBytesMax) {
            throw PostriderException.of(
                    ProblemCode.MESSAGE_TOO_LARGE, "An event of the stream has more than " + eventBytesMax + " bytes");
        }
    }

    private void accept(String line) {
        if (line.isEmpty()) {
            finish();
            return;
        }
        int colon = line.indexOf(':');
        if (colon < 0) {
            set(line, "", line.length());
        } else if (colon > 0) {
            int start = line.startsWith(" ", colon + 1) ? colon + 2 : colon + 1;
            set(line.substring(0, colon), line.substring(start), line.length());
        }
    }

    /** Fields that the standard does not know are passed over. */
    private void set(String field, String value, int lineLength) {
        switch (field) {
            case "data" -> {
                data.add(value);
                dataBytes += lineLength;
            }
            case "event" -> type = value;
            case "id" -> {
                if (value.indexOf('\0') < 0) {
                    id = value;
                }
            }
            case "retry" -> {
                if (isNumber(value)) {
                    retryMillis = Integer.parseInt(value);
                }
            }
            default -> {}
        }
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty()
                && text.length() <= RETRY_DIGITS_MAX
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** An empty line: what came before it counts, and is an event if it has data. */
    private void finish() {
        lastEventId = id;
        String name = type.isEmpty() ? "message" : type;
        type = "";
        if (data.isEmpty()) {
            return;
        }
        List<String> lines = data;
        data = new ArrayList<>();
        dataBytes = 0;
        events.accept(new ServerSentEvent(name, String.join("\n", lines), lastEventId));
    }
}

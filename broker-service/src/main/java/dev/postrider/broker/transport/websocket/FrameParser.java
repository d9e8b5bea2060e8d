package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.transport.JsonInput;
import dev.postrider.broker.transport.Limits;
import dev.postrider.broker.transport.MessageParser;
import dev.postrider.broker.transport.SettleJson;
import dev.postrider.protocol.Names;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.record.MessageRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the JSON frames of clients. Immutable and safe for any thread. */
final class FrameParser {
    static final int CREDIT_MAX = 1_000_000_000;
    static final int ID_LENGTH_MAX = 128;

    private final MessageParser messages;

    FrameParser(MessageParser messages) {
        this.messages = messages;
    }

    /**
     * Reads a frame, whose fields may come in any order.
     *
     * @throws ProtocolException if it is malformed. A well-formed frame with a message that is not as it must be is
     *     returned as one that is refused: that is no fault of the protocol
     */
    ClientFrame parse(byte[] document) {
        ClientFrame frame = new ClientFrame();
        Set<String> present = new HashSet<>();
        try {
            JsonInput in = JsonInput.of(document);
            in.object("The frame", field -> readField(in, field, frame, present));
            in.end();
        } catch (BadMessageException e) {
            requireWellFormed(document);
            frame.type = FrameType.PUBLISH;
            frame.id = idOf(document);
            frame.refused = e.reason();
            return frame;
        }
        check(frame, present);
        return frame;
    }

    /** The id in a frame that may be malformed otherwise, so that its sender can tell which one was; null: none. */
    static String idOf(byte[] document) {
        String[] id = new String[1];
        try {
            JsonInput in = JsonInput.ofUnchecked(document);
            in.object("The frame", field -> {
                if (field.equals("id")) {
                    id[0] = wellFormed(id(in));
                } else {
                    in.skip();
                }
                return true;
            });
        } catch (ProtocolException e) {
            return id[0];
        }
        return id[0];
    }

    private boolean readField(JsonInput in, String field, ClientFrame frame, Set<String> present) {
        if (!isKnown(field)) {
            return false;
        }
        if (in.takeNull()) {
            return true;
        }
        present.add(field);
        switch (field) {
            case "type" -> frame.type = type(in.string(field));
            case "id" -> frame.id = id(in);
            case "queue" -> frame.queue = Names.check("queue", in.string(field));
            case "topic" -> frame.topic = Names.check("topic", in.string(field));
            case "credit" -> frame.credit = in.integer(field, 0, CREDIT_MAX);
            case "add" -> frame.add = in.integer(field, 1, CREDIT_MAX);
            case "lease" -> frame.leaseMillis = SettleJson.lease(in, field);
            case "delay" -> frame.delayMillis = SettleJson.delay(in, field);
            case "reason" -> frame.reason = SettleJson.reason(in, field);
            case "receipts" -> frame.receipts = SettleJson.receipts(in, field);
            default -> frame.messages = messages(in, field);
        }
        return true;
    }

    private static boolean isKnown(String field) {
        return switch (field) {
            case "type", "id", "queue", "topic", "credit", "add", "lease", "delay", "reason", "receipts", "messages" ->
                true;
            default -> false;
        };
    }

    private static FrameType type(String text) {
        return FrameType.of(text).orElseThrow(() -> ProtocolException.invalid("There is no such type of frame"));
    }

    private static String id(JsonInput in) {
        String id = in.string("id");
        if (id.isEmpty() || id.length() > ID_LENGTH_MAX) {
            throw ProtocolException.invalid("'id' must have 1 to " + ID_LENGTH_MAX + " characters");
        }
        return id;
    }

    /** Half of a surrogate pair could not be sent back. */
    private static String wellFormed(String id) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(id)) {
            throw ProtocolException.invalid("'id' has half of a surrogate pair");
        }
        return id;
    }

    private List<MessageRecord> messages(JsonInput in, String field) {
        List<MessageRecord> read = new ArrayList<>();
        in.array(field, 1, Limits.BATCH_MESSAGES, () -> {
            try {
                read.add(messages.read(in));
            } catch (ProtocolException e) {
                throw new BadMessageException(e);
            }
        });
        return read;
    }

    private static void check(ClientFrame frame, Set<String> present) {
        if (frame.type == null) {
            throw ProtocolException.invalid("A frame must have a 'type'");
        }
        for (String field : frame.type.required()) {
            if (!present.contains(field)) {
                throw ProtocolException.invalid(
                        "A frame of type '" + frame.type.text() + "' must have '" + field + "'");
            }
        }
        for (String field : present) {
            if (!field.equals("type") && !frame.type.allows(field)) {
                throw ProtocolException.invalid(
                        "A frame of type '" + frame.type.text() + "' must not have '" + field + "'");
            }
        }
        if (frame.type == FrameType.PUBLISH && (frame.queue == null) == (frame.topic == null)) {
            throw ProtocolException.invalid("A frame of type 'publish' must have one of 'queue' and 'topic'");
        }
    }

    private static void requireWellFormed(byte[] document) {
        JsonInput in = JsonInput.of(document);
        in.skip();
        in.end();
    }

    /** Carries the refusal of one message out of the reading of a frame. */
    private static final class BadMessageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient ProtocolException reason;

        BadMessageException(ProtocolException reason) {
            super(reason);
            this.reason = reason;
        }

        ProtocolException reason() {
            return reason;
        }
    }
}

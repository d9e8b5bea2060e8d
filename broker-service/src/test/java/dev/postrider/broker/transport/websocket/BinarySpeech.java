package dev.postrider.broker.transport.websocket;

import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.TextDuration;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.frame.BrokerFrames;
import dev.postrider.protocol.frame.ClientFrames;
import dev.postrider.protocol.frame.FrameReader;
import dev.postrider.protocol.frame.FrameWriter;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Says in {@code postrider.v1.binary} what tests write in JSON, and in JSON what the broker answers. */
final class BinarySpeech {
    private static final Receipt NO_RECEIPT = new Receipt(0, 0, 0, 0, 0);

    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<Long, String> texts = new HashMap<>();
    private final Map<String, String> queues = new HashMap<>();
    private final Map<Long, List<String>> settling = new HashMap<>();
    private final Deque<JsonObject> heard = new ArrayDeque<>();

    /** What was heard and not taken. */
    Deque<JsonObject> heard() {
        return heard;
    }

    synchronized byte[] say(JsonObject frame) {
        FrameWriter out = new FrameWriter();
        long id = number(frame.getString("id"));
        switch (frame.getString("type")) {
            case "subscribe" -> {
                queues.put(frame.getString("id"), frame.getString("queue"));
                ClientFrames.subscribe(
                        out,
                        new ClientFrames.Subscribe(
                                id,
                                frame.getInteger("credit", 0),
                                millis(frame, "lease", 0),
                                frame.getString("queue")));
            }
            case "credit" -> ClientFrames.credit(out, id, frame.getInteger("add"));
            case "unsubscribe" -> ClientFrames.unsubscribe(out, id);
            case "publish" -> publish(out, id, frame);
            default -> settle(out, id, frame);
        }
        return bytesOf(out);
    }

    private static void publish(FrameWriter out, long id, JsonObject frame) {
        boolean topic = frame.containsKey("topic");
        RecordBatchWriter records = new RecordBatchWriter();
        for (Object message : frame.getJsonArray("messages")) {
            records.append(record((JsonObject) message));
        }
        ClientFrames.publish(out, id, topic, frame.getString(topic ? "topic" : "queue"), records.finish());
    }

    private static MessageRecord record(JsonObject message) {
        MessageRecord.Builder record = MessageRecord.builder().key(message.getString("key"));
        message.getJsonObject("headers", new JsonObject())
                .forEach(header -> record.header(header.getKey(), (String) header.getValue()));
        if (message.containsKey("text")) {
            record.contentType("text/plain; charset=utf-8").body(utf8(message.getString("text")));
        } else if (message.containsKey("body")) {
            record.contentType("application/json")
                    .body(utf8(message.getJsonObject("body").encode()));
        } else {
            record.body(Base64.getDecoder().decode(message.getString("base64")));
        }
        return record.build();
    }

    private void settle(FrameWriter out, long id, JsonObject frame) {
        List<String> given = new ArrayList<>();
        List<Receipt> receipts = new ArrayList<>();
        for (Object text : frame.getJsonArray("receipts")) {
            given.add((String) text);
            receipts.add(Receipt.parse((String) text).orElse(NO_RECEIPT));
        }
        settling.put(id, given);
        switch (frame.getString("type")) {
            case "ack" -> ClientFrames.ack(out, id, receipts);
            case "nack" -> ClientFrames.nack(out, id, millis(frame, "delay", -1), frame.getString("reason"), receipts);
            case "deadLetter" -> ClientFrames.deadLetter(out, id, frame.getString("reason"), receipts);
            default -> ClientFrames.extend(out, id, millis(frame, "lease", 0), receipts);
        }
    }

    private static long millis(JsonObject frame, String field, long absent) {
        String text = frame.getString(field);
        return text == null ? absent : TextDuration.parse(field, text).millis();
    }

    private long number(String id) {
        if (id == null) {
            return 0;
        }
        long number = numbers.computeIfAbsent(id, absent -> (long) numbers.size() + 1);
        texts.put(number, id);
        return number;
    }

    synchronized void hear(byte[] message) {
        FrameReader in = new FrameReader(message);
        while (in.next()) {
            switch (in.type()) {
                case SUBSCRIBED -> heard.add(frame("subscribed", BrokerFrames.readSubscribed(in)));
                case DELIVER -> hear(BrokerFrames.readDeliver(in));
                case PUBLISHED -> {
                    BrokerFrames.Published published = BrokerFrames.readPublished(in);
                    heard.add(frame("published", published.id()).put("ids", new JsonArray(published.ids())));
                }
                case SETTLED -> hear(BrokerFrames.readSettled(in));
                default -> {
                    BrokerFrames.Refused refused = BrokerFrames.readError(in);
                    heard.add(frame("error", refused.id()).put("problem", new JsonObject(refused.document())));
                }
            }
        }
    }

    private JsonObject frame(String type, long id) {
        JsonObject frame = new JsonObject().put("type", type);
        return id == 0 ? frame : frame.put("id", texts.get(id));
    }

    private void hear(BrokerFrames.Settled settled) {
        JsonArray failed = new JsonArray();
        for (BrokerFrames.Failed one : settled.failed()) {
            String receipt = settling.get(settled.id()).get(one.position());
            failed.add(new JsonObject().put("receipt", receipt).put("code", one.code()));
        }
        heard.add(
                frame("settled", settled.id()).put("settled", settled.settled()).put("failed", failed));
    }

    private void hear(BrokerFrames.Deliver frame) {
        String subscription = texts.get(frame.subscription());
        for (int offset = 0; offset < frame.records().count(); offset++) {
            MessageRecord record = frame.records().read(offset);
            JsonObject headers = new JsonObject();
            record.headers().forEach(headers::put);
            JsonObject message = new JsonObject()
                    .put("type", "message")
                    .put("subscription", subscription)
                    .put("receipt", frame.receipt(offset).toText())
                    .put("queue", queues.get(subscription))
                    .put("id", record.id() == null ? frame.derivedId(offset) : record.id())
                    .put("attempt", record.attempts() + frame.attempts() + 1)
                    .put(
                            "publishedAt",
                            Instant.ofEpochMilli(frame.publishedAtMillis()).toString())
                    .put("key", record.key())
                    .put("topic", record.topic())
                    .put("headers", headers);
            putBody(message, record);
            heard.add(message);
        }
    }

    private static void putBody(JsonObject message, MessageRecord record) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(record.body()))
                    .toString();
            if (record.contentType().equals("application/json")) {
                message.put("body", new JsonObject(text));
            } else {
                message.put("text", text);
            }
        } catch (CharacterCodingException e) {
            message.put("base64", Base64.getEncoder().encodeToString(record.body()));
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A message of frames. */
    static byte[] written(Consumer<FrameWriter> frames) {
        FrameWriter out = new FrameWriter();
        frames.accept(out);
        return bytesOf(out);
    }

    private static byte[] bytesOf(FrameWriter out) {
        FrameWriter.Message message = out.take();
        return Arrays.copyOf(message.bytes(), message.length());
    }
}

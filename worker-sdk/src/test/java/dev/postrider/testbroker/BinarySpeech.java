package dev.postrider.testbroker;

import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.ReceiptSpan;
import dev.postrider.protocol.TextDuration;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.frame.BrokerFrames;
import dev.postrider.protocol.frame.ClientFrames;
import dev.postrider.protocol.frame.FrameReader;
import dev.postrider.protocol.frame.FrameWriter;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Translates between the frames of {@code postrider.v1.binary} and those of {@code postrider.v1.json}. */
final class BinarySpeech {
    private final Map<String, List<String>> settling = new HashMap<>();

    /** Hands on each frame of a message. */
    void read(byte[] message, Consumer<JsonObject> to) {
        FrameReader in = new FrameReader(message);
        while (in.next()) {
            to.accept(
                    switch (in.type()) {
                        case PUBLISH -> publish(ClientFrames.readPublish(in));
                        case SUBSCRIBE -> subscribe(ClientFrames.readSubscribe(in));
                        case CREDIT -> credit(ClientFrames.readCredit(in));
                        case UNSUBSCRIBE -> frame("unsubscribe", ClientFrames.readUnsubscribe(in));
                        default -> settle(ClientFrames.readSettle(in));
                    });
        }
    }

    private static JsonObject frame(String type, long id) {
        return new JsonObject().put("type", type).put("id", Long.toString(id));
    }

    private static JsonObject subscribe(ClientFrames.Subscribe frame) {
        JsonObject json =
                frame("subscribe", frame.id()).put("queue", frame.queue()).put("credit", frame.credit());
        return frame.leaseMillis() == 0 ? json : json.put("lease", TextDuration.format(frame.leaseMillis()));
    }

    private static JsonObject credit(ClientFrames.Credit frame) {
        return frame("credit", frame.id()).put("add", frame.add());
    }

    private static JsonObject publish(ClientFrames.Publish frame) {
        RecordBatchReader records = frame.records();
        JsonArray messages = new JsonArray();
        for (int i = 0; i < records.count(); i++) {
            messages.add(message(records.read(i)));
        }
        return frame("publish", frame.id())
                .put(frame.topic() ? "topic" : "queue", frame.target())
                .put("messages", messages);
    }

    private static JsonObject message(MessageRecord record) {
        JsonObject headers = new JsonObject();
        record.headers().forEach(headers::put);
        JsonObject json = new JsonObject()
                .put("base64", Base64.getEncoder().encodeToString(record.body()))
                .put("contentType", record.contentType())
                .put("priority", record.priority())
                .put("headers", headers);
        putIfSet(json, "id", record.id());
        putIfSet(json, "key", record.key());
        putIfSet(json, "deduplicationKey", record.deduplicationKey());
        putIfSet(json, "delay", record.delayMillis() < 0 ? null : TextDuration.format(record.delayMillis()));
        return json;
    }

    private static void putIfSet(JsonObject json, String field, String value) {
        if (value != null) {
            json.put(field, value);
        }
    }

    private JsonObject settle(ClientFrames.Settle frame) {
        List<String> receipts = new ArrayList<>();
        for (ReceiptSpan span : frame.receipts()) {
            span.receipts().forEach(receipt -> receipts.add(receipt.toText()));
        }
        settling.put(Long.toString(frame.id()), receipts);
        String type =
                switch (frame.type()) {
                    case ACK -> "ack";
                    case NACK -> "nack";
                    case DEAD_LETTER -> "deadLetter";
                    default -> "extend";
                };
        JsonObject json = frame(type, frame.id()).put("receipts", new JsonArray(receipts));
        putIfSet(json, "reason", frame.reason());
        if (type.equals("extend")) {
            json.put("lease", TextDuration.format(frame.millis()));
        } else if (type.equals("nack") && frame.millis() >= 0) {
            json.put("delay", TextDuration.format(frame.millis()));
        }
        return json;
    }

    /** A frame of the broker, as a message of its own. */
    Buffer write(JsonObject json) {
        FrameWriter out = new FrameWriter();
        String type = json.getString("type");
        long id = type.equals("message") ? 0 : Long.parseLong(json.getString("id"));
        switch (type) {
            case "message" -> deliver(out, json);
            case "subscribed" -> BrokerFrames.subscribed(out, id);
            case "published" -> published(out, id, json);
            case "settled" -> settled(out, id, json);
            default ->
                BrokerFrames.error(
                        out, id, json.getJsonObject("problem").encode().getBytes(StandardCharsets.UTF_8));
        }
        FrameWriter.Message message = out.take();
        return Buffer.buffer().appendBytes(message.bytes(), 0, message.length());
    }

    private static void published(FrameWriter out, long id, JsonObject json) {
        BrokerFrames.beginPublished(out, id);
        for (Object messageId : json.getJsonArray("ids")) {
            BrokerFrames.chosenId(out, (String) messageId);
        }
        BrokerFrames.end(out);
    }

    private void settled(FrameWriter out, long id, JsonObject json) {
        List<String> receipts = settling.remove(json.getString("id"));
        List<BrokerFrames.Failed> failed = new ArrayList<>();
        for (Object entry : json.getJsonArray("failed")) {
            JsonObject one = (JsonObject) entry;
            failed.add(new BrokerFrames.Failed(receipts.indexOf(one.getString("receipt")), one.getString("code")));
        }
        BrokerFrames.settled(out, id, json.getInteger("settled"), failed);
    }

    private static void deliver(FrameWriter out, JsonObject json) {
        RecordBatchWriter writer = new RecordBatchWriter();
        writer.append(record(json));
        Receipt receipt = Receipt.parse(json.getString("receipt")).orElseThrow();
        BrokerFrames.deliver(
                out,
                new BrokerFrames.Deliver(
                        Long.parseLong(json.getString("subscription")),
                        receipt.queueId(),
                        receipt.brokerId(),
                        receipt.chunkId(),
                        Instant.parse(json.getString("publishedAt")).toEpochMilli(),
                        json.getInteger("attempt") - 1,
                        receipt.index(),
                        receipt.handing(),
                        RecordBatchReader.of(writer.finish())),
                0,
                1);
    }

    private static MessageRecord record(JsonObject json) {
        MessageRecord.Builder record = MessageRecord.builder()
                .id(json.getString("id"))
                .key(json.getString("key"))
                .topic(json.getString("topic"))
                .contentType(json.getString("contentType"))
                .priority(json.getInteger("priority"))
                .body(body(json));
        json.getJsonObject("headers").forEach(header -> record.header(header.getKey(), (String) header.getValue()));
        return record.build();
    }

    private static byte[] body(JsonObject json) {
        if (json.containsKey("base64")) {
            return Base64.getDecoder().decode(json.getString("base64"));
        }
        String text = json.containsKey("text") ? json.getString("text") : Json.encode(json.getValue("body"));
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package dev.postrider.protocol.frame;

import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.record.MessageRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** One message of each type of frame, and the way to read any. */
final class SampleFrames {
    private SampleFrames() {}

    static byte[] message(Consumer<FrameWriter> frames) {
        FrameWriter out = new FrameWriter();
        frames.accept(out);
        FrameWriter.Message message = out.take();
        return Arrays.copyOf(message.bytes(), message.length());
    }

    /** Messages that clients or brokers may send. */
    static List<byte[]> all() {
        RecordBatchReader records = RecordBatchReader.of(batch("one", "two", "three"));
        List<Receipt> apart =
                List.of(receipt(3, 13), receipt(4, 14), receipt(9, 19), receipt(700, 710), receipt(2, 50));
        List<Consumer<FrameWriter>> frames = new ArrayList<>();
        frames.add(out -> ClientFrames.publish(out, 1, false, "emails", batch("a", "b")));
        frames.add(out -> ClientFrames.subscribe(out, new ClientFrames.Subscribe(2, 100, 30_000, "emails")));
        frames.add(out -> ClientFrames.credit(out, 300, 5));
        frames.add(out -> ClientFrames.unsubscribe(out, 2));
        frames.add(out -> ClientFrames.ack(out, 3, apart));
        frames.add(out -> ClientFrames.nack(out, 4, -1, "grüße", apart));
        frames.add(out -> ClientFrames.deadLetter(out, 5, null, apart));
        frames.add(out -> ClientFrames.extend(out, 6, 60_000, apart));
        frames.add(out -> BrokerFrames.subscribed(out, 2));
        frames.add(out -> BrokerFrames.deliver(
                out, new BrokerFrames.Deliver(2, 7, 8, 9, 1_700_000_000_000L, 0, 1, 44, records), 1, 2));
        frames.add(out -> {
            BrokerFrames.beginPublished(out, 1);
            BrokerFrames.derivedIds(out, 77, 5, 2);
            BrokerFrames.chosenId(out, "order-1");
            BrokerFrames.end(out);
        });
        frames.add(out -> BrokerFrames.settled(out, 3, 4, List.of(new BrokerFrames.Failed(4, "receipt-expired"))));
        frames.add(out -> BrokerFrames.error(out, 5, "{\"code\":\"queue-full\"}".getBytes(StandardCharsets.UTF_8)));
        List<byte[]> messages = new ArrayList<>();
        frames.forEach(frame -> messages.add(message(frame)));
        messages.add(message(out -> frames.forEach(frame -> frame.accept(out))));
        return messages;
    }

    static Receipt receipt(int index, int handing) {
        return new Receipt(7, 8, 9, index, handing);
    }

    static byte[] batch(String... texts) {
        RecordBatchWriter writer = new RecordBatchWriter();
        for (String text : texts) {
            writer.append(MessageRecord.builder()
                    .contentType("text/plain")
                    .body(text.getBytes(StandardCharsets.UTF_8))
                    .build());
        }
        return writer.finish();
    }

    /** Reads all frames as their types say; answers how many of them were known. */
    static int readAll(byte[] message) {
        FrameReader in = new FrameReader(message);
        int known = 0;
        while (in.next()) {
            if (in.type() != null) {
                var unused = read(in);
                known++;
            }
        }
        return known;
    }

    static Object read(FrameReader in) {
        return switch (in.type()) {
            case PUBLISH -> ClientFrames.readPublish(in).records();
            case SUBSCRIBE -> ClientFrames.readSubscribe(in);
            case CREDIT -> ClientFrames.readCredit(in);
            case UNSUBSCRIBE -> ClientFrames.readUnsubscribe(in);
            case ACK, NACK, DEAD_LETTER, EXTEND -> ClientFrames.readSettle(in);
            case SUBSCRIBED -> BrokerFrames.readSubscribed(in);
            case DELIVER -> BrokerFrames.readDeliver(in);
            case PUBLISHED -> BrokerFrames.readPublished(in);
            case SETTLED -> BrokerFrames.readSettled(in);
            case ERROR -> BrokerFrames.readError(in);
        };
    }
}

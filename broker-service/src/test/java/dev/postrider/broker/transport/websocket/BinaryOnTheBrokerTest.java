package dev.postrider.broker.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.transport.BrokerDatabase;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.frame.BrokerFrames;
import dev.postrider.protocol.frame.ClientFrames;
import dev.postrider.protocol.frame.FrameReader;
import dev.postrider.protocol.frame.FrameType;
import dev.postrider.protocol.record.MessageRecord;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All of {@link SocketsOnTheBroker} in {@code postrider.v1.binary}. */
@QuarkusTest
@QuarkusTestResource(BrokerDatabase.class)
class BinaryOnTheBrokerTest extends SocketsOnTheBroker {
    private static final int COUNT = 50;

    @Override
    SubProtocol protocol() {
        return SubProtocol.BINARY;
    }

    @Test
    void aCompressedBatchIsDeliveredAsItCameToWhoTakesAllOfIt() throws IOException {
        String queue = queues.create();
        byte[] batch = compressedBatch();
        publish(queue, batch);

        assertThat(delivered(queue, COUNT)).containsExactly(batch);
    }

    @Test
    void aPartOfACompressedBatchIsDeliveredAsRecords() throws IOException {
        String queue = queues.create();
        publish(queue, compressedBatch());

        List<String> bodies = new ArrayList<>();
        for (byte[] part : delivered(queue, COUNT - 1)) {
            RecordBatchReader records = RecordBatchReader.of(part);
            for (int i = 0; i < records.count(); i++) {
                bodies.add(new String(records.read(i).body(), StandardCharsets.UTF_8));
            }
        }

        assertThat(bodies).hasSize(COUNT - 1).contains(body(0), body(COUNT - 2));
    }

    private void publish(String queue, byte[] batch) throws IOException {
        try (SocketClient client = open()) {
            client.sendFrame(
                    SocketClient.BINARY,
                    true,
                    BinarySpeech.written(out -> ClientFrames.publish(out, 1, false, queue, batch)));
            FrameReader answer = new FrameReader(client.next().payload());
            assertThat(answer.next()).isTrue();
            assertThat(answer.type()).isEqualTo(FrameType.PUBLISHED);
            assertThat(BrokerFrames.readPublished(answer).ids().size()).isEqualTo(COUNT);
        }
    }

    /** The batches of the deliveries to a consumer with so much credit. */
    private List<byte[]> delivered(String queue, int credit) throws IOException {
        List<byte[]> batches = new ArrayList<>();
        try (SocketClient client = open()) {
            ClientFrames.Subscribe subscribe = new ClientFrames.Subscribe(1, credit, 0, queue);
            client.sendFrame(
                    SocketClient.BINARY, true, BinarySpeech.written(out -> ClientFrames.subscribe(out, subscribe)));
            for (int left = credit; left > 0; ) {
                FrameReader in = new FrameReader(client.next().payload());
                while (in.next()) {
                    if (in.type() == FrameType.DELIVER) {
                        RecordBatchReader records = BrokerFrames.readDeliver(in).records();
                        byte[] batch = new byte[records.batchLength(0, records.count())];
                        records.copyBatch(0, records.count(), batch, 0);
                        batches.add(batch);
                        left -= records.count();
                    }
                }
            }
        }
        return batches;
    }

    private static byte[] compressedBatch() {
        RecordBatchWriter writer = new RecordBatchWriter();
        for (int i = 0; i < COUNT; i++) {
            writer.append(MessageRecord.builder()
                    .body(body(i).getBytes(StandardCharsets.UTF_8))
                    .build());
        }
        byte[] batch = writer.finish();
        int length = RecordBatchWriter.compress(batch, 0, batch.length);
        assertThat(length).isLessThan(batch.length / 2);
        return Arrays.copyOf(batch, length);
    }

    private static String body(int number) {
        return "{\"number\":" + number + ",\"street\":\"Main Street\",\"town\":\"Springfield\"}";
    }
}

package dev.postrider.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.protocol.MessageIds;
import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.ReceiptSpan;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordBatchWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FrameRoundTripTest {
    @Nested
    class OfClients {
        @Test
        void publishesCarryTheirRecordsAsTheyAre() {
            byte[] one = RecordBatchWriter.encode("application/json", "{}".getBytes(StandardCharsets.UTF_8));
            byte[] two = RecordBatchWriter.encode("image/png", new byte[300]);
            FrameReader in = read(out -> ClientFrames.publish(out, 99, false, "emails", List.of(one, two), false));
            assertThat(in.type()).isEqualTo(FrameType.PUBLISH);
            ClientFrames.Publish frame = ClientFrames.readPublish(in);
            assertThat(frame.id()).isEqualTo(99);
            assertThat(frame.topic()).isFalse();
            assertThat(frame.target()).isEqualTo("emails");
            RecordBatchReader records = frame.records();
            assertThat(records.count()).isEqualTo(2);
            assertThat(records.isSimple(0)).isTrue();
            assertThat(records.simpleBody(0)).asString().isEqualTo("{}");
            assertThat(records.isSimple(1)).isFalse();
            assertThat(records.read(1).contentType()).isEqualTo("image/png");
            assertThat(records.read(1).body()).hasSize(300);
        }

        @Test
        void subscriptionsAndCreditSayTheirBounds() {
            ClientFrames.Subscribe subscribe = new ClientFrames.Subscribe(5, 1_000_000_000, 100, "q");
            assertThat(ClientFrames.readSubscribe(read(out -> ClientFrames.subscribe(out, subscribe))))
                    .isEqualTo(subscribe);
            assertThat(ClientFrames.readCredit(read(out -> ClientFrames.credit(out, 5, 1))))
                    .isEqualTo(new ClientFrames.Credit(5, 1));
            assertThat(ClientFrames.readUnsubscribe(read(out -> ClientFrames.unsubscribe(out, 5))))
                    .isEqualTo(5);
            refused(out -> ClientFrames.subscribe(out, new ClientFrames.Subscribe(0, 1, 0, "q")));
            refused(out -> ClientFrames.subscribe(out, new ClientFrames.Subscribe(5, 1, 99, "q")));
            refused(out -> ClientFrames.subscribe(out, new ClientFrames.Subscribe(5, 1, 0, "-q")));
            refused(out -> ClientFrames.credit(out, 5, 0));
            refused(out -> ClientFrames.credit(out, 5, 1_000_000_001));
            refused(out -> ClientFrames.extend(out, 5, 99, List.of(SampleFrames.receipt(1, 1))));
            refused(out -> ClientFrames.ack(out, 5, List.of()));
        }

        @Test
        void whatSettlesKeepsDelayAndReason() {
            List<Receipt> receipts = List.of(SampleFrames.receipt(1, 1));
            assertThat(settle(out -> ClientFrames.nack(out, 1, -1, null, receipts))
                            .millis())
                    .isEqualTo(-1);
            ClientFrames.Settle nack = settle(out -> ClientFrames.nack(out, 1, 0, "busy", receipts));
            assertThat(nack.millis()).isZero();
            assertThat(nack.reason()).isEqualTo("busy");
            assertThat(settle(out -> ClientFrames.deadLetter(out, 1, "no", receipts))
                            .reason())
                    .isEqualTo("no");
            assertThat(settle(out -> ClientFrames.extend(out, 1, 5_000, receipts))
                            .millis())
                    .isEqualTo(5_000);
        }

        @Test
        void receiptsComeBackInTheirOrderInAsFewSpansAsThatAllows() {
            SplittableRandom random = new SplittableRandom(1);
            for (int round = 0; round < 500; round++) {
                List<Receipt> receipts = receipts(random);
                List<ReceiptSpan> spans =
                        settle(out -> ClientFrames.ack(out, 1, receipts)).receipts();
                List<Receipt> read = new ArrayList<>();
                spans.forEach(span -> read.addAll(span.receipts()));
                assertThat(read).isEqualTo(receipts);
                assertThat(spans.stream().mapToInt(ReceiptSpan::count).sum()).isEqualTo(receipts.size());
            }
            List<Receipt> whole = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                whole.add(SampleFrames.receipt(i, 40 + i));
            }
            assertThat(settle(out -> ClientFrames.ack(out, 1, whole)).receipts())
                    .hasSize(1);
            whole.add(SampleFrames.receipt(10_000, 10_040));
            refused(out -> ClientFrames.ack(out, 1, whole));
        }

        private List<Receipt> receipts(SplittableRandom random) {
            List<Receipt> receipts = new ArrayList<>();
            int index = 0;
            int shift = 0;
            for (int n = 1 + random.nextInt(60); n > 0; n--) {
                int step = random.nextInt(10);
                index = step == 0 ? random.nextInt(5_000) : index + 1 + random.nextInt(1 << step);
                shift += random.nextInt(12) == 0 ? 1 : 0;
                receipts.add(new Receipt(
                        random.nextInt(20) == 0 ? 2 : 1, 3, random.nextInt(15) == 0 ? 5 : 4, index, index + shift));
            }
            return receipts;
        }

        private ClientFrames.Settle settle(Consumer<FrameWriter> frame) {
            return ClientFrames.readSettle(read(frame));
        }

        private void refused(Consumer<FrameWriter> frame) {
            assertThatThrownBy(() -> SampleFrames.read(read(frame))).isInstanceOf(FrameFormatException.class);
        }
    }

    @Nested
    class OfTheBroker {
        @Test
        void deliveriesAreSlicesOfAChunk() {
            RecordBatchReader chunk = RecordBatchReader.of(SampleFrames.batch("a", "b", "c", "d"));
            BrokerFrames.Deliver all = new BrokerFrames.Deliver(2, 7, 8, Long.MIN_VALUE + 9, 123, 1, 2, 44, chunk);
            BrokerFrames.Deliver frame = BrokerFrames.readDeliver(read(out -> BrokerFrames.deliver(out, all, 2, 2)));
            assertThat(frame.records().count()).isEqualTo(2);
            assertThat(frame.records().simpleBody(0)).asString().isEqualTo("c");
            assertThat(frame.records().simpleBody(1)).asString().isEqualTo("d");
            assertThat(frame.receipt(1)).isEqualTo(new Receipt(7, 8, Long.MIN_VALUE + 9, 3, 45));
            assertThat(frame.derivedId(1)).isEqualTo(MessageIds.derived(9, 3));
            assertThat(frame.attempts()).isEqualTo(1);
            assertThat(frame.publishedAtMillis()).isEqualTo(123);
        }

        @Test
        void aSliceMayBeginInAnyBatchOfAChunk() {
            byte[] first = SampleFrames.batch("a", "b");
            byte[] second = SampleFrames.batch("c", "d", "e");
            byte[] both = new byte[first.length + second.length];
            System.arraycopy(first, 0, both, 0, first.length);
            System.arraycopy(second, 0, both, first.length, second.length);
            RecordBatchReader chunk = RecordBatchReader.of(both);
            assertThat(chunk.contiguous(0, 5, Integer.MAX_VALUE)).isEqualTo(2);
            assertThat(chunk.contiguous(2, 3, Integer.MAX_VALUE)).isEqualTo(3);
            BrokerFrames.Deliver all = new BrokerFrames.Deliver(2, 7, 8, 9, 123, 1, 2, 44, chunk);
            BrokerFrames.Deliver frame = BrokerFrames.readDeliver(read(out -> BrokerFrames.deliver(out, all, 2, 3)));
            assertThat(frame.records().simpleBody(2)).asString().isEqualTo("e");
        }

        @Test
        void idsComeInTheirOrder() {
            BrokerFrames.Published frame = BrokerFrames.readPublished(read(out -> {
                BrokerFrames.beginPublished(out, 1);
                BrokerFrames.derivedIds(out, 77, 5, 2);
                BrokerFrames.chosenId(out, "order-1");
                BrokerFrames.end(out);
            }));
            assertThat(frame.ids()).containsExactly(MessageIds.derived(77, 5), MessageIds.derived(77, 6), "order-1");
        }

        @Test
        void framesOfATypeThatIsNotKnownArePassedOver() {
            byte[] known = SampleFrames.message(out -> BrokerFrames.subscribed(out, 2));
            byte[] message = new byte[7 + known.length];
            message[0] = 0x7f;
            message[4] = 2;
            System.arraycopy(known, 0, message, 7, known.length);
            assertThat(SampleFrames.readAll(message)).isEqualTo(1);
        }
    }

    private static FrameReader read(Consumer<FrameWriter> frame) {
        FrameReader in = new FrameReader(SampleFrames.message(frame));
        assertThat(in.next()).isTrue();
        return in;
    }
}

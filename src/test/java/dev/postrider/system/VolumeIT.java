package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.Database;
import dev.postrider.system.process.RunningPrograms;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many messages through the HTTP API: what they cost in memory and in rows. */
class VolumeIT {
    private static final int BATCH = 500;
    private static final int MESSAGE_BYTES = 100;
    private static final long GROWTH_MAX_BYTES = 6L << 20;

    @RegisterExtension
    private final RunningPrograms programs = new RunningPrograms();

    @Test
    void aHundredThousandMessagesPassThroughWithoutErrorAndWithoutGrowthOfTheHeap() throws Exception {
        BrokerProcess broker = programs.broker();
        broker.start();
        BrokerApi api = broker.api();
        pass(api, "warm-up", 20_000);
        long before = liveHeapBytes(broker);

        long begin = System.nanoTime();
        pass(api, "volume", 100_000);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);

        long after = liveHeapBytes(broker);
        System.out.printf(
                "100,000 messages in and out in %d ms; live heap %,d bytes before, %,d after%n",
                took.toMillis(), before, after);
        assertThat(after - before).isLessThan(GROWTH_MAX_BYTES);
    }

    @Test
    void aBacklogOfAHundredThousandMessagesIsNotHeldInTheHeap() throws Exception {
        BrokerProcess broker = programs.broker();
        broker.start();
        BrokerApi api = broker.api();
        pass(api, "warm-up", 5_000);
        long before = liveHeapBytes(broker);
        publish(api, "backlog", 100_000);

        assertThat(liveHeapBytes(broker) - before).isLessThan(GROWTH_MAX_BYTES);
        assertThat(api.stat("backlog", "ready")).isEqualTo(100_000);
    }

    @Test
    void tenThousandMessagesInBatchesMakeFarFewerRowsThanMessages() throws Exception {
        Database database = programs.database();
        BrokerProcess broker = programs.broker().onDatabase(database.url());
        broker.start();
        BrokerApi api = broker.api();
        api.putQueue("rows", "{}");
        long rowsBefore = database.rows();
        long writtenBefore = database.rowsWritten();

        publish(api, "rows", 10_000);
        long waiting = database.rows() - rowsBefore;
        consume(api, "rows", 10_000);
        long written = database.rowsWritten() - writtenBefore;

        System.out.println("10,000 messages waiting are " + waiting + " rows; publishing, delivering and settling them"
                + " wrote " + written + " rows");
        // 20 requests of 500: at most a chunk, a delivery and an account of the publish each.
        assertThat(waiting).isLessThanOrEqualTo(80);
        assertThat(written).isLessThanOrEqualTo(400);
    }

    private static void pass(BrokerApi api, String queue, int count) {
        publish(api, queue, count);
        consume(api, queue, count);
    }

    private static void publish(BrokerApi api, String queue, int count) {
        for (int sent = 0; sent < count; sent += BATCH) {
            StringBuilder batch = new StringBuilder("{\"messages\":[");
            for (int i = sent; i < sent + BATCH; i++) {
                batch.append(i == sent ? "" : ",")
                        .append("{\"text\":\"")
                        .append(text(i))
                        .append("\"}");
            }
            JsonNode answer = api.post(
                            "/v1/queues/" + queue + "/batch", batch.append("]}").toString())
                    .expect(201)
                    .body();
            assertThat(answer.get("ids")).hasSize(BATCH);
        }
    }

    private static void consume(BrokerApi api, String queue, int count) {
        Set<String> seen = new HashSet<>();
        while (seen.size() < count) {
            List<JsonNode> messages = api.receive(queue, BATCH, "5s");
            assertThat(messages).as("after " + seen.size() + " messages").isNotEmpty();
            for (JsonNode message : messages) {
                assertThat(seen.add(message.get("text").asText())).isTrue();
            }
            JsonNode settled = api.ack(queue, BrokerApi.receipts(messages));
            assertThat(settled.get("settled").asInt()).isEqualTo(messages.size());
            assertThat(settled.get("failed")).isEmpty();
        }
        assertThat(api.stat(queue, "ready") + api.stat(queue, "inFlight")).isZero();
    }

    private static String text(int number) {
        String digits = Integer.toString(number);
        return digits + "x".repeat(MESSAGE_BYTES - digits.length());
    }

    /** What the heap holds after a full collection: the histogram of live objects runs one first. */
    private static long liveHeapBytes(BrokerProcess broker) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(broker.pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        List<String> lines = new ArrayList<>(process.inputReader().lines().toList());
        assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
        String total = lines.stream()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(total.trim().split("\\s+")[2]);
    }
}

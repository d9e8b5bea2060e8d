package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.client.Compression;
import dev.postrider.client.OutgoingMessage;
import dev.postrider.client.PostriderClient;
import dev.postrider.client.QueueOptions;
import dev.postrider.client.SubscribeOptions;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.process.RunningPrograms;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many messages through the HTTP API: what they cost in memory. */
class VolumeIT {
    private static final int BATCH = 500;
    private static final int MESSAGE_BYTES = 100;
    private static final int MESSAGES = 60_000;
    private static final Duration SOON = Duration.ofSeconds(60);
    /** Less than the bodies alone of half of the messages. */
    private static final long GROWTH_MAX_BYTES = 3L << 20;

    @RegisterExtension
    private static final RunningPrograms PROGRAMS = new RunningPrograms();

    private static BrokerProcess broker;
    private static BrokerApi api;

    @BeforeAll
    static void start() {
        broker = PROGRAMS.broker();
        broker.start();
        api = broker.api();
        pass("warm-up", 10_000);
    }

    @Test
    void messagesPassThroughWithoutErrorAndWithoutGrowthOfTheHeap() throws Exception {
        long before = liveHeapBytes();

        long begin = System.nanoTime();
        pass("volume", MESSAGES);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);

        long after = liveHeapBytes();
        System.out.printf(
                "%,d messages in and out in %d ms; live heap %,d bytes before, %,d after%n",
                MESSAGES, took.toMillis(), before, after);
        assertThat(after - before).isLessThan(GROWTH_MAX_BYTES);
    }

    @Test
    void aBacklogIsNotHeldInTheHeap() throws Exception {
        long before = liveHeapBytes();
        publish("backlog", MESSAGES);

        assertThat(liveHeapBytes() - before).isLessThan(GROWTH_MAX_BYTES);
        assertThat(api.stat("backlog", "ready")).isEqualTo(MESSAGES);
    }

    @Test
    void whatAClientCompressesComesAsItWasToClientsOfEveryKind() {
        Set<String> texts = new HashSet<>();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        Set<String> twice = ConcurrentHashMap.newKeySet();
        try (PostriderClient client = PostriderClient.builder()
                .url(api.base())
                .compression(Compression.LZ4)
                .build()) {
            client.putQueue("compressed", QueueOptions.defaults()).await().atMost(SOON);
            List<CompletableFuture<String>> published = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                texts.add(text(i));
                published.add(client.publish("compressed", OutgoingMessage.text(text(i)))
                        .subscribeAsCompletionStage());
            }
            published.forEach(CompletableFuture::join);
            api.receive("compressed", BATCH, "5s")
                    .forEach(message -> seen.add(message.get("text").asText()));
            assertThat(seen).isNotEmpty();
            for (int prefetch : new int[] {7, 1_000}) {
                client.subscribe("compressed", SubscribeOptions.defaults().withPrefetch(prefetch))
                        .subscribe()
                        .with(message -> {
                            if (!seen.add(message.text())) {
                                twice.add(message.text());
                            }
                            message.ack().subscribe().with(done -> {}, Throwable::printStackTrace);
                        });
            }
            Eventually.that("all have come", SOON, () -> seen.size() == texts.size());
        }
        assertThat(seen).isEqualTo(texts);
        assertThat(twice).isEmpty();
    }

    private static void pass(String queue, int count) {
        publish(queue, count);
        consume(queue, count);
    }

    private static void publish(String queue, int count) {
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

    private static void consume(String queue, int count) {
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
    private static long liveHeapBytes() throws IOException, InterruptedException {
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

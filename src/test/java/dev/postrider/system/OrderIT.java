package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.RunningPrograms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three brokers serve a queue that is ordered by key, and one of them is killed meanwhile. */
class OrderIT {
    private static final int KEYS = 20;
    private static final int MESSAGES_PER_KEY = 12;

    @RegisterExtension
    private static final RunningPrograms PROGRAMS = new RunningPrograms();

    private final Map<String, Integer> lastByKey = new HashMap<>();
    private final Map<String, BrokerProcess> holders = new HashMap<>();
    private final List<String> mistakes = new ArrayList<>();
    private BrokerProcess killed;
    private int received;

    @Test
    void eachKeyKeepsItsOrderAndOneConsumerWhileABrokerDies() throws InterruptedException {
        String url = PROGRAMS.database().url();
        List<BrokerProcess> brokers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            BrokerProcess broker = PROGRAMS.broker().onDatabase(url);
            broker.launch();
            broker.awaitReady(Duration.ofSeconds(120));
            brokers.add(broker);
        }
        brokers.get(0).api().putQueue("orders", "{\"ordering\":\"key\",\"lease\":\"5s\"}");
        List<Thread> consumers = new ArrayList<>();
        for (BrokerProcess broker : brokers) {
            Thread consumer = new Thread(() -> consume(broker));
            consumer.start();
            consumers.add(consumer);
        }
        publish(brokers.get(0).api());
        awaitReceived(KEYS * MESSAGES_PER_KEY / 4);
        synchronized (this) {
            killed = brokers.get(2);
            killed.kill();
        }
        for (Thread consumer : consumers) {
            consumer.join(60_000);
        }

        synchronized (this) {
            assertThat(mistakes).isEmpty();
            assertThat(lastByKey).hasSize(KEYS);
            assertThat(lastByKey.values()).containsOnly(MESSAGES_PER_KEY - 1);
        }
    }

    private static void publish(BrokerApi api) {
        for (int number = 0; number < MESSAGES_PER_KEY; number++) {
            StringBuilder batch = new StringBuilder("{\"messages\":[");
            for (int key = 0; key < KEYS; key++) {
                batch.append(key == 0 ? "" : ",").append("{\"key\":\"k" + key + "\",\"text\":\"" + number + "\"}");
            }
            api.post("/v1/queues/orders/batch", batch.append("]}").toString()).expect(201);
        }
    }

    private synchronized void awaitReceived(int count) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (received < count && System.nanoTime() < until) {
            wait(100);
        }
        assertThat(received).isGreaterThanOrEqualTo(count);
    }

    private void consume(BrokerProcess broker) {
        long until = System.nanoTime() + Duration.ofSeconds(50).toNanos();
        while (!isDone(broker) && System.nanoTime() < until) {
            try {
                List<JsonNode> messages = broker.api().receive("orders", 5, "500ms");
                messages.forEach(message -> took(broker, message));
                messages.forEach(message -> leaves(broker, message));
                if (!messages.isEmpty()) {
                    broker.api().ack("orders", BrokerApi.receipts(messages));
                }
            } catch (BrokerApi.Unanswered e) {
                assertThat(broker)
                        .as("only a killed broker leaves a call unanswered")
                        .isSameAs(killed());
            }
        }
    }

    private synchronized BrokerProcess killed() {
        return killed;
    }

    private synchronized boolean isDone(BrokerProcess broker) {
        boolean all =
                lastByKey.size() == KEYS && lastByKey.values().stream().allMatch(last -> last == MESSAGES_PER_KEY - 1);
        return broker == killed || all && holders.values().stream().allMatch(holder -> holder == killed);
    }

    private synchronized void took(BrokerProcess broker, JsonNode message) {
        if (broker == killed) {
            return; // What it had handed out was on its way when it died.
        }
        String key = message.get("key").asText();
        int number = message.get("text").asInt();
        int last = lastByKey.getOrDefault(key, -1);
        BrokerProcess holder = holders.put(key, broker);
        if (holder != null && holder != killed) {
            mistakes.add(key + " is held twice");
        }
        if (number > last + 1 || number < last) {
            mistakes.add(key + ": " + number + " after " + last);
        }
        lastByKey.put(key, number);
        received++;
        notifyAll();
    }

    private synchronized void leaves(BrokerProcess broker, JsonNode message) {
        holders.remove(message.get("key").asText(), broker);
    }
}

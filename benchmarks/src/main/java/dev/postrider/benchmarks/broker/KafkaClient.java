package dev.postrider.benchmarks.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A producer with batches as large as its aim allows, or a consumer of a plain group or of a share group. */
final class KafkaClient implements Connection {
    private static final String BATCH_BYTES = Integer.toString(256 << 10);
    private static final String BUFFER_BYTES = Integer.toString(64 << 20);
    private static final int POLL_RECORDS = 10_000;
    private static final String FETCH_BYTES = Integer.toString(4 << 20);

    private final String servers;
    private final Aim aim;
    private final boolean share;
    private final Opened open = new Opened("A client of Kafka could not be closed");

    KafkaClient(String servers, Aim aim, boolean share) {
        this.servers = servers;
        this.aim = aim;
        this.share = share;
    }

    @Override
    public Producer producer(String contentType, Answers answers) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, aim == Aim.LATENCY ? "0" : "5");
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        open.add(producer);
        return (queue, body) -> {
            var unused = producer.send(new ProducerRecord<>(queue, body), (stored, failure) -> {
                if (failure == null) {
                    answers.stored(1);
                } else {
                    answers.failed(1, failure);
                }
            });
        };
    }

    @Override
    public void consume(List<String> queues, Consumption consumption, Deliveries deliveries) {
        int records = consumption.creditOr(POLL_RECORDS / queues.size()) * queues.size();
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, Kafka.GROUP);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.toString(records));
        if (share) {
            consumeShared(queues, settings, deliveries);
        } else {
            consumePlain(queues, settings, deliveries);
        }
    }

    /** The group's position is committed after each poll, without waiting for it. */
    private void consumePlain(List<String> queues, Map<String, Object> settings, Deliveries deliveries) {
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(queues);
        Polling.Turn turn = () -> {
            var records = consumer.poll(Duration.ofMillis(100));
            records.forEach(each -> deliveries.received(each.value()));
            if (!records.isEmpty()) {
                consumer.commitAsync((offsets, failure) -> {
                    if (failure == null) {
                        deliveries.settled(records.count());
                    } else {
                        deliveries.failed(failure);
                    }
                });
            }
            return true;
        };
        open.add(new Polling(turn, deliveries, 0));
        open.add(consumer);
    }

    /** Each record is acknowledged; the acknowledgements of a poll travel together, without waiting for them. */
    private void consumeShared(List<String> queues, Map<String, Object> settings, Deliveries deliveries) {
        settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
        var consumer = new KafkaShareConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.setAcknowledgementCommitCallback((offsets, failure) -> {
            if (failure == null) {
                offsets.values().forEach(each -> deliveries.settled(each.size()));
            } else {
                deliveries.failed(failure);
            }
        });
        consumer.subscribe(queues);
        Polling.Turn turn = () -> {
            var records = consumer.poll(Duration.ofMillis(100));
            records.forEach(each -> {
                deliveries.received(each.value());
                consumer.acknowledge(each);
            });
            consumer.commitAsync();
            return true;
        };
        open.add(new Polling(turn, deliveries, 0));
        open.add(consumer);
    }

    @Override
    public void close() {
        open.close();
    }
}

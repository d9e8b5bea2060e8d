package dev.postrider.broker.transport;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.dispatch.HandedRun;
import dev.postrider.broker.dispatch.PublishedIds;
import dev.postrider.broker.dispatch.Publisher;
import dev.postrider.broker.dispatch.Settler;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ReceiptSpan;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Queues in memory behind the interfaces that transports use, for what a real broker does only by chance: an outcome
 * that is late, a queue that is deleted at the wrong moment. Every queue exists but {@code missing}. Safe for any
 * thread.
 */
public final class FakeBroker implements Publisher, Consumers, Settler {
    private final Map<String, Deque<HandedRun>> ready = new HashMap<>();
    private final Map<String, FakeConsumer> holders = new HashMap<>();
    private final Map<String, HandedRun> held = new LinkedHashMap<>();
    private final Set<FakeConsumer> consumers = new HashSet<>();
    private final Deque<Promise<Void>> gates = new ArrayDeque<>();
    private boolean holdsPublishes;
    private int handings;
    private int published;
    private int publishing;

    /** From now on publishes wait for {@link #releasePublishes}. */
    public synchronized void holdPublishes() {
        holdsPublishes = true;
    }

    public synchronized void releasePublishes() {
        holdsPublishes = false;
        while (!gates.isEmpty()) {
            gates.remove().complete();
        }
    }

    /** Publishes that were asked for and not answered. */
    public synchronized int publishing() {
        return publishing;
    }

    /** Messages that were published. */
    public synchronized int published() {
        return published;
    }

    public synchronized int consumers() {
        return consumers.size();
    }

    /** Messages handed out and not settled. */
    public synchronized int inFlight() {
        return held.size();
    }

    public synchronized int ready(String queue) {
        return ready.getOrDefault(queue, new ArrayDeque<>()).size();
    }

    /** Ends all consumers. */
    public synchronized void close(ProblemCode code, String detail) {
        for (FakeConsumer consumer : new ArrayList<>(consumers)) {
            consumer.leave();
            consumer.context.runOnContext(none -> consumer.sink.closed(new BrokerException(code, detail)));
        }
    }

    public synchronized void put(String queue, MessageRecord record) {
        RecordBatchWriter writer = new RecordBatchWriter();
        writer.append(record.toBuilder().id("m-" + handings).build());
        RecordBatchReader chunk = RecordBatchReader.of(writer.finish());
        ready.computeIfAbsent(queue, name -> new ArrayDeque<>())
                .add(new HandedRun(1, queue, QueueSettings.DEFAULTS, 1, handings++, chunk, 0, 0, 1, 7));
        consumers.forEach(FakeConsumer::pump);
    }

    @Override
    public Future<List<String>> publish(String queue, List<MessageRecord> messages) {
        return publish(() -> store(queue, messages));
    }

    @Override
    public Future<PublishedIds> publishRecords(String queue, RecordBatchReader records) {
        List<MessageRecord> messages = new ArrayList<>();
        for (int i = 0; i < records.count(); i++) {
            messages.add(records.read(i));
        }
        return publish(() -> new PublishedIds(store(queue, messages).stream()
                .map(id -> new PublishedIds.Run(id, 0, 0, 1))
                .toList()));
    }

    /** As to a queue, of the topic's name with a mark: tests read there what came. */
    @Override
    public Future<List<String>> publishToTopic(String topic, List<MessageRecord> messages) {
        return publish("topic/" + topic, messages);
    }

    @Override
    public Future<PublishedIds> publishRecordsToTopic(String topic, RecordBatchReader records) {
        return publishRecords("topic/" + topic, records);
    }

    private synchronized <T> Future<T> publish(Supplier<T> store) {
        Promise<T> answer = Promise.promise();
        Promise<Void> gate = Promise.promise();
        Context caller = Vertx.currentContext();
        publishing++;
        gate.future()
                .onSuccess(open -> caller.runOnContext(none -> {
                    answer.complete(store.get());
                }));
        if (holdsPublishes) {
            gates.add(gate);
        } else {
            gate.complete();
        }
        return answer.future();
    }

    private synchronized List<String> store(String queue, List<MessageRecord> messages) {
        publishing--;
        published += messages.size();
        List<String> ids = new ArrayList<>();
        for (MessageRecord message : messages) {
            put(queue, message);
            ids.add("m-" + (handings - 1));
        }
        return ids;
    }

    @Override
    public synchronized Future<Consumer> join(String queue, Options options, Sink sink) {
        if (queue.equals("missing")) {
            return Future.failedFuture(new BrokerException(ProblemCode.QUEUE_NOT_FOUND, "There is no queue 'missing'"));
        }
        FakeConsumer consumer = new FakeConsumer(Vertx.currentContext(), queue, options, sink);
        consumers.add(consumer);
        consumer.context.runOnContext(none -> consumer.pump());
        return Future.succeededFuture(consumer);
    }

    @Override
    public synchronized Future<Settled> ack(String queue, List<String> receipts) {
        List<Failed> failed = new ArrayList<>();
        for (String receipt : receipts) {
            if (held.remove(receipt) == null) {
                failed.add(new Failed(receipt, ProblemCode.RECEIPT_EXPIRED));
            } else {
                FakeConsumer holder = holders.remove(receipt);
                holder.credit += holder.options.creditReturns() ? 1 : 0;
                holder.pump();
            }
        }
        return Future.succeededFuture(new Settled(receipts.size() - failed.size(), failed));
    }

    @Override
    public Future<Settled> nack(String queue, List<String> receipts, long delayMillis, String reason) {
        return Future.failedFuture(new BrokerException(ProblemCode.UNAVAILABLE, "The outcome is not known"));
    }

    @Override
    public Future<Settled> deadLetter(String queue, List<String> receipts, String reason) {
        return ack(queue, receipts);
    }

    @Override
    public Future<Settled> extend(String queue, List<String> receipts, long leaseMillis) {
        return Future.succeededFuture(new Settled(receipts.size(), List.of()));
    }

    @Override
    public Future<Settled> settle(Command command, List<ReceiptSpan> receipts) {
        List<String> texts = new ArrayList<>();
        receipts.forEach(span -> span.receipts().forEach(receipt -> texts.add(receipt.toText())));
        return switch (command.kind()) {
            case ACK -> ack(null, texts);
            case NACK -> nack(null, texts, command.millis(), command.reason());
            case DEAD_LETTER -> deadLetter(null, texts, command.reason());
            case EXTEND -> extend(null, texts, command.millis());
        };
    }

    private final class FakeConsumer implements Consumer {
        private final Context context;
        private final String queue;
        private final Options options;
        private final Sink sink;
        private long credit;
        private boolean writable = true;

        FakeConsumer(Context context, String queue, Options options, Sink sink) {
            this.context = context;
            this.queue = queue;
            this.options = options;
            this.sink = sink;
            this.credit = options.credit();
        }

        void pump() {
            synchronized (FakeBroker.this) {
                List<HandedRun> batch = new ArrayList<>();
                Deque<HandedRun> waiting = ready.getOrDefault(queue, new ArrayDeque<>());
                while (consumers.contains(this) && writable && credit > 0 && !waiting.isEmpty()) {
                    HandedRun run = waiting.remove();
                    batch.add(run);
                    String receipt = run.message(0).receipt().toText();
                    held.put(receipt, run);
                    holders.put(receipt, this);
                    credit--;
                }
                if (!batch.isEmpty()) {
                    context.runOnContext(none -> sink.deliverRuns(batch));
                }
            }
        }

        @Override
        public void credit(int more) {
            synchronized (FakeBroker.this) {
                credit += more;
                pump();
            }
        }

        @Override
        public void leave() {
            synchronized (FakeBroker.this) {
                consumers.remove(this);
                holders.entrySet().removeIf(entry -> {
                    if (entry.getValue() != this) {
                        return false;
                    }
                    ready.get(queue).addFirst(held.remove(entry.getKey()));
                    return true;
                });
            }
        }

        @Override
        public void detach() {
            throw new UnsupportedOperationException("No stream detaches");
        }

        @Override
        public Future<Void> stop() {
            throw new UnsupportedOperationException("No stream stops and stays");
        }

        @Override
        public void writable(boolean value) {
            synchronized (FakeBroker.this) {
                writable = value;
                pump();
            }
        }
    }
}

package dev.postrider.testbroker;

import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** One client's WebSocket: its subscriptions and their credit. On its event loop. */
final class BrokerSocket {
    /** One subscription. */
    private static final class Consumer {
        final String id;
        final String queue;
        final String lease;
        long credit;

        Consumer(String id, String queue, String lease) {
            this.id = id;
            this.queue = queue;
            this.lease = lease;
        }
    }

    private final InMemoryBroker broker;
    private final ServerWebSocket socket;
    private final Context context;
    /** Null: JSON is spoken. */
    private final BinarySpeech binary;

    private final Map<String, Consumer> consumers = new LinkedHashMap<>();
    private final List<JsonObject> heldAnswers = new ArrayList<>();
    private boolean goingAway;

    BrokerSocket(InMemoryBroker broker, ServerWebSocket socket) {
        this.broker = broker;
        this.socket = socket;
        this.context = broker.vertx.getOrCreateContext();
        this.binary = "postrider.v1.binary".equals(socket.subProtocol()) ? new BinarySpeech() : null;
        socket.textMessageHandler(text -> accept(new JsonObject(text)));
        socket.binaryMessageHandler(message -> binary.read(message.getBytes(), this::accept));
        socket.closeHandler(ignored -> gone());
        broker.sockets.add(this);
        broker.connections.incrementAndGet();
    }

    private void accept(JsonObject frame) {
        if (!goingAway) {
            handle(frame);
        }
    }

    void answerHeld() {
        context.runOnContext(ignored -> {
            heldAnswers.forEach(this::send);
            heldAnswers.clear();
        });
    }

    /** All that was taken has its answer; what comes from now on is not looked at. */
    void goAway() {
        context.runOnContext(ignored -> {
            goingAway = true;
            Future<Void> closed = socket.close((short) 1001, "The broker is stopping");
            closed.onFailure(failure -> {});
        });
    }

    void dispatch() {
        context.runOnContext(ignored -> consumers.values().forEach(this::deliver));
    }

    private void gone() {
        broker.sockets.remove(this);
        consumers.values().forEach(this::giveBack);
        consumers.clear();
        broker.dispatch();
    }

    private void giveBack(Consumer consumer) {
        BrokerQueue queue = broker.queues.get(consumer.queue);
        if (queue != null) {
            queue.giveBack(consumer);
        }
    }

    private void deliver(Consumer consumer) {
        BrokerQueue queue = broker.queue(consumer.queue);
        while (consumer.credit > 0 && !goingAway && !socket.isClosed()) {
            StoredMessage message = queue.take(consumer, consumer.lease);
            if (message == null) {
                return;
            }
            consumer.credit--;
            send(message.delivered(queue.name).put("type", "message").put("subscription", consumer.id));
        }
    }

    private void handle(JsonObject frame) {
        String id = frame.getString("id");
        try {
            switch (frame.getString("type")) {
                case "publish" -> publish(id, frame);
                case "subscribe" -> subscribe(id, frame);
                case "credit" -> credit(consumers.get(id), frame.getLong("add"));
                case "unsubscribe" -> unsubscribe(id);
                default -> settle(id, frame);
            }
        } catch (Refusal e) {
            send(new JsonObject().put("type", "error").put("id", id).put("problem", e.document()));
        }
    }

    private void publish(String id, JsonObject frame) {
        JsonArray messages = frame.getJsonArray("messages");
        broker.publishFrames.add(messages.size());
        ProblemCode refusal = broker.refusals.poll();
        if (refusal != null) {
            throw new Refusal(refusal);
        }
        List<JsonObject> all = IntStream.range(0, messages.size())
                .mapToObj(messages::getJsonObject)
                .toList();
        List<String> ids = frame.containsKey("topic")
                ? broker.publishToTopic(frame.getString("topic"), all)
                : broker.queue(frame.getString("queue")).publish(all);
        broker.dispatch();
        JsonObject answer =
                new JsonObject().put("type", "published").put("id", id).put("ids", new JsonArray(ids));
        if (broker.publishesToCut.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            broker.cutConnections();
        } else if (broker.holdingPublishes) {
            heldAnswers.add(answer);
        } else {
            send(answer);
        }
    }

    private void subscribe(String id, JsonObject frame) {
        Consumer consumer = new Consumer(id, frame.getString("queue"), frame.getString("lease"));
        broker.queue(consumer.queue);
        consumers.put(id, consumer);
        send(new JsonObject().put("type", "subscribed").put("id", id));
        credit(consumer, frame.getLong("credit"));
    }

    private void credit(Consumer consumer, long add) {
        broker.creditGranted.addAndGet(add);
        consumer.credit += add;
        deliver(consumer);
    }

    private void unsubscribe(String id) {
        Consumer consumer = consumers.remove(id);
        if (consumer != null) {
            giveBack(consumer);
            broker.dispatch();
        }
    }

    private void settle(String id, JsonObject frame) {
        JsonArray receipts = frame.getJsonArray("receipts");
        broker.settleFrames.add(receipts.size());
        JsonArray failed = new JsonArray();
        for (int i = 0; i < receipts.size(); i++) {
            String receipt = receipts.getString(i);
            boolean settled = broker.queues.values().stream()
                    .anyMatch(queue -> queue.settle(frame.getString("type"), receipt, frame));
            if (!settled) {
                failed.add(new JsonObject().put("receipt", receipt).put("code", "receipt-expired"));
            }
        }
        broker.dispatch();
        send(new JsonObject()
                .put("type", "settled")
                .put("id", id)
                .put("settled", receipts.size() - failed.size())
                .put("failed", failed));
    }

    private void send(JsonObject frame) {
        if (!socket.isClosed()) {
            Future<Void> written = binary == null
                    ? socket.writeTextMessage(frame.encode())
                    : socket.writeBinaryMessage(binary.write(frame));
            written.onFailure(failure -> {});
        }
    }
}

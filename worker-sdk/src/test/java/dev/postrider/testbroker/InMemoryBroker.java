package dev.postrider.testbroker;

import dev.postrider.protocol.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A broker that a test starts, breaks and looks into. What it stores outlives {@link #stop} and {@link #restart}.
 * It is on one event loop; its methods are safe for any thread.
 */
public final class InMemoryBroker implements AutoCloseable {
    private static final int MESSAGE_BYTES_MAX = 32 << 20;

    final Vertx vertx = Vertx.vertx();
    final Map<String, BrokerQueue> queues;
    final BrokerTopics topics;
    private final Set<InMemoryBroker> replicas;
    final Set<BrokerSocket> sockets = ConcurrentHashMap.newKeySet();
    final Set<BrokerStream> streams = ConcurrentHashMap.newKeySet();
    final ConcurrentLinkedDeque<ProblemCode> refusals = new ConcurrentLinkedDeque<>();
    final ConcurrentLinkedDeque<ProblemCode> streamRefusals = new ConcurrentLinkedDeque<>();
    final List<String> streamPositions = new CopyOnWriteArrayList<>();
    final AtomicLong streamedBytes = new AtomicLong();
    final AtomicInteger publishesToCut = new AtomicInteger();
    final AtomicInteger connections = new AtomicInteger();
    final AtomicLong creditGranted = new AtomicLong();
    final List<Integer> publishFrames = new CopyOnWriteArrayList<>();
    final List<Integer> settleFrames = new CopyOnWriteArrayList<>();
    volatile boolean holdingPublishes;
    volatile String apiKey;
    volatile boolean goingAway;
    private HttpServer server;
    private volatile TcpFront front;
    private int port;

    private InMemoryBroker(Map<String, BrokerQueue> queues, BrokerTopics topics, Set<InMemoryBroker> replicas) {
        this.queues = queues;
        this.topics = topics;
        this.replicas = replicas;
        replicas.add(this);
    }

    /** Starts one on a free port. */
    public static InMemoryBroker started() {
        return new InMemoryBroker(new ConcurrentHashMap<>(), new BrokerTopics(), ConcurrentHashMap.newKeySet())
                .listening();
    }

    /** Starts another one with the same queues, topics and messages. */
    public InMemoryBroker replica() {
        return new InMemoryBroker(queues, topics, replicas).listening();
    }

    private InMemoryBroker listening() {
        restart();
        return this;
    }

    /** Listens (again), where it listened before. */
    public void restart() {
        goingAway = false;
        HttpServerOptions options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(0)
                .addWebSocketSubProtocol("postrider.v1.json")
                .addWebSocketSubProtocol("postrider.v1.binary")
                .setMaxWebSocketMessageSize(MESSAGE_BYTES_MAX);
        server = vertx.createHttpServer(options).requestHandler(new BrokerHttp(this));
        front = new TcpFront(vertx, port, await(server.listen().map(HttpServer::actualPort)));
        port = await(front.listen());
    }

    /** Breaks all connections and listens no more. */
    public void stop() {
        await(front.close());
        await(server.close());
    }

    /** Ends as a broker does that is told to: takes nothing more, says goodbye, and listens no more. */
    public void stopInOrder() {
        goingAway = true;
        sockets.forEach(BrokerSocket::goAway);
        endStreams(ProblemCode.UNAVAILABLE, null);
        Eventually.until("all sockets are closed", () -> sockets.isEmpty() && streams.isEmpty());
        stop();
    }

    /** Breaks all connections, without a word; new ones are welcome. */
    public void cutConnections() {
        front.cut();
    }

    /** From now on bytes get lost on all open connections, and neither side is told. */
    public void freezeConnections() {
        front.freeze();
    }

    @Override
    public void close() {
        replicas.remove(this);
        await(vertx.close());
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public int port() {
        return port;
    }

    /** From now on only callers with this key are let in. */
    public void requireApiKey(String key) {
        apiKey = key;
    }

    /** Answers the next publish frame with a refusal; several queue up. */
    public void refuseNextPublish(ProblemCode code) {
        refusals.add(code);
    }

    /** Stores the next publish frame, and breaks the connection in place of an answer. */
    public void cutAfterNextPublish() {
        publishesToCut.incrementAndGet();
    }

    /** While true, publishes are stored but not answered. */
    public void holdPublishAnswers(boolean hold) {
        holdingPublishes = hold;
        if (!hold) {
            sockets.forEach(BrokerSocket::answerHeld);
        }
    }

    /** Answers the next who wants to follow a topic with a refusal; several queue up. */
    public void refuseNextStream(ProblemCode code) {
        streamRefusals.add(code);
    }

    /** Topics that are followed just now, each as often as it is. */
    public int openStreams() {
        return streams.size();
    }

    /** Behind which position each wanted to follow who came, empty for none, in order. */
    public List<String> streamPositions() {
        return streamPositions;
    }

    /** What was written to all who follow, and may wait for its reader still. */
    public long streamedBytes() {
        return streamedBytes.get();
    }

    /** Ends the streams of the topic, or all if it is null. */
    void endStreams(ProblemCode reason, String topic) {
        streams.forEach(stream -> stream.end(reason, topic));
    }

    /** The sizes of the publish frames that came, in order. */
    public List<Integer> publishFrames() {
        return publishFrames;
    }

    /** The numbers of receipts of the settling frames that came, in order. */
    public List<Integer> settleFrames() {
        return settleFrames;
    }

    /** The credit that all subscriptions together were ever given. */
    public long creditGranted() {
        return creditGranted.get();
    }

    /** WebSockets that are open. */
    public int openConnections() {
        return sockets.size();
    }

    /** WebSockets that were ever opened. */
    public int connections() {
        return connections.get();
    }

    /** Messages that are ready, scheduled or held. */
    public int stored(String queue) {
        return queue(queue).stored();
    }

    public int inFlight(String queue) {
        return queue(queue).inFlight();
    }

    public int acked(String queue) {
        return queue(queue).acked();
    }

    /** The reasons that consumers gave for its dead letters. */
    public List<String> deadLetterErrors(String queue) {
        return queue(queue).deadLetters().stream()
                .map(letter -> letter.getString("error"))
                .toList();
    }

    /** The queue, created if it is absent. */
    public void createQueue(String name) {
        queues.computeIfAbsent(name, absent -> new BrokerQueue(absent, vertx, this::dispatch));
    }

    BrokerQueue queue(String name) {
        BrokerQueue queue = queues.get(name);
        if (queue == null) {
            throw new Refusal(ProblemCode.QUEUE_NOT_FOUND);
        }
        return queue;
    }

    /** The filters by subscribed queue, empty for none; null: there is no such topic. */
    public Map<String, String> subscriptions(String topic) {
        return topics.subscriptions.get(topic);
    }

    /** As it was put last; empty: none. */
    public String retention(String topic) {
        return topics.retentions.get(topic);
    }

    Map<String, String> topic(String name) {
        topics.require(name);
        return topics.subscriptions.get(name);
    }

    /** A copy for each subscribed queue, whatever its filter says. */
    List<String> publishToTopic(String topic, List<JsonObject> messages) {
        Map<String, String> subscriptions = topic(topic);
        List<JsonObject> copies = topics.publish(topic, messages);
        subscriptions.keySet().forEach(queue -> queue(queue).publish(copies));
        return copies.stream().map(message -> message.getString("id")).toList();
    }

    void dispatch() {
        replicas.forEach(replica -> {
            replica.sockets.forEach(BrokerSocket::dispatch);
            replica.streams.forEach(BrokerStream::dispatch);
        });
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

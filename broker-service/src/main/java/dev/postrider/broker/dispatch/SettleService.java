package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ReceiptSpan;
import io.vertx.core.Future;
import java.util.List;

/** Settles receipts: this broker's own here, those of others through their owners. */
public final class SettleService implements Settler {
    private final Broker broker;
    private final Forwarder forwarder;

    /** Carries a settling call to the replica that holds the receipts. */
    public interface Forwarder {
        /**
         * Settles receipts there. Fails with {@code unavailable} if the replica cannot be reached.
         *
         * @param address of the replica
         */
        Future<Settled> forward(String address, Request request, List<String> receipts);
    }

    /**
     * A settling call without its receipts.
     *
     * @param queue the queue's name
     * @param call {@code ack}, {@code nack}, {@code dead-letter} or {@code extend}
     * @param millis delay of a nack (-1: none given) or the lease of an extension
     * @param reason may be null
     */
    public record Request(String queue, String call, long millis, String reason) {}

    public SettleService(Broker broker, Forwarder forwarder) {
        this.broker = broker;
        this.forwarder = forwarder;
    }

    @Override
    public Future<Settled> ack(String queue, List<String> receipts) {
        return settle(queue, new Command(Kind.ACK, 0, null), receipts);
    }

    @Override
    public Future<Settled> nack(String queue, List<String> receipts, long delayMillis, String reason) {
        return settle(queue, new Command(Kind.NACK, delayMillis, reason), receipts);
    }

    @Override
    public Future<Settled> deadLetter(String queue, List<String> receipts, String reason) {
        return settle(queue, new Command(Kind.DEAD_LETTER, 0, reason), receipts);
    }

    @Override
    public Future<Settled> extend(String queue, List<String> receipts, long leaseMillis) {
        return settle(queue, new Command(Kind.EXTEND, leaseMillis, null), receipts);
    }

    @Override
    public Future<Settled> settle(Command command, List<ReceiptSpan> receipts) {
        return CallerContext.call(broker.loop(), () -> {
            SettleCall call = new SettleCall(Receipts.count(receipts));
            return settle(requestOf(null, command), Receipts.sort(receipts), endingOf(command), call);
        });
    }

    private Future<Settled> settle(String queue, Command command, List<String> receipts) {
        return CallerContext.call(broker.loop(), () -> {
            if (queue == null) {
                return settle(null, command, receipts, null);
            }
            return broker.directory()
                    .existing(queue)
                    .compose(known ->
                            settle(queue, command, receipts, known.definition().id()));
        });
    }

    private Future<Settled> settle(String queue, Command command, List<String> receipts, Integer queueId) {
        SettleCall call = new SettleCall(receipts.size());
        return settle(requestOf(queue, command), Receipts.sort(receipts, queueId, call), endingOf(command), call);
    }

    private static Request requestOf(String queue, Command command) {
        String call =
                switch (command.kind()) {
                    case ACK -> "ack";
                    case NACK -> "nack";
                    case DEAD_LETTER -> "dead-letter";
                    case EXTEND -> "extend";
                };
        return new Request(queue, call, command.millis(), command.reason());
    }

    /** Null: nothing ends, more time is given. */
    private static Ending endingOf(Command command) {
        return switch (command.kind()) {
            case ACK -> Ending.ACK;
            case NACK -> new Ending(Ending.Kind.RETRY, command.millis(), command.reason());
            case DEAD_LETTER -> new Ending(Ending.Kind.REJECT, 0, command.reason());
            case EXTEND -> null;
        };
    }

    /** {@code ending} null: extend. */
    private Future<Settled> settle(Request request, Receipts receipts, Ending ending, SettleCall call) {
        receipts.byBrokerAndQueue().forEach((brokerId, byQueue) -> {
            if (brokerId == broker.session().brokerId()) {
                byQueue.forEach((id, spans) -> settleHere(request, id, spans, ending, call));
            } else {
                byQueue.forEach((id, spans) -> settleThere(brokerId, request, id, spans, call));
            }
        });
        return call.start().answer();
    }

    private void settleHere(Request request, int queueId, List<ReceiptSpan> spans, Ending ending, SettleCall call) {
        QueueDispatcher queue = broker.directory().byId(queueId).orElse(null);
        if (queue == null) {
            expired(spans, call);
        } else if (ending == null) {
            queue.extend(spans, request.millis(), call);
        } else {
            queue.settle(spans, ending, call);
        }
    }

    private void settleThere(long brokerId, Request request, int queueId, List<ReceiptSpan> spans, SettleCall call) {
        String known = broker.session().peers().get(brokerId);
        if (known != null) {
            forward(known, request, queueId, spans, call);
            return;
        }
        // It may have joined since the last heartbeat; only the database knows whether it is gone.
        broker.refreshPeers().onComplete(done -> {
            String address = broker.session().peers().get(brokerId);
            if (address != null) {
                forward(address, request, queueId, spans, call);
            } else if (done.succeeded()) {
                expired(spans, call);
            } else {
                call.broken(Receipts.count(spans), unreachable(done.cause()));
            }
        });
    }

    private void forward(String address, Request request, int queueId, List<ReceiptSpan> spans, SettleCall call) {
        List<String> texts = Receipts.texts(spans);
        nameOf(request, queueId)
                .compose(name -> forwarder.forward(
                        address, new Request(name, request.call(), request.millis(), request.reason()), texts))
                .onComplete(done -> broker.loop().execute(() -> {
                    if (done.succeeded()) {
                        call.settled(done.result().settled());
                        done.result().failed().forEach(failed -> call.failed(failed.receipt(), failed.code()));
                    } else {
                        call.broken(texts.size(), unreachable(done.cause()));
                    }
                }));
    }

    private static void expired(List<ReceiptSpan> spans, SettleCall call) {
        Receipts.texts(spans).forEach(text -> call.failed(text, ProblemCode.RECEIPT_EXPIRED));
    }

    private Future<String> nameOf(Request request, int queueId) {
        return request.queue() != null
                ? Future.succeededFuture(request.queue())
                : broker.directory().nameOf(queueId);
    }

    private static BrokerException unreachable(Throwable cause) {
        return cause instanceof BrokerException known
                ? known
                : new BrokerException(
                        ProblemCode.UNAVAILABLE, "The replica that holds the message cannot be reached", cause);
    }
}

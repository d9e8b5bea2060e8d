package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.protocol.ProblemCode;
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
        return settle(new Request(queue, "ack", 0, null), receipts, Ending.ACK);
    }

    @Override
    public Future<Settled> nack(String queue, List<String> receipts, long delayMillis, String reason) {
        Ending ending = new Ending(Ending.Kind.RETRY, delayMillis, reason);
        return settle(new Request(queue, "nack", delayMillis, reason), receipts, ending);
    }

    @Override
    public Future<Settled> deadLetter(String queue, List<String> receipts, String reason) {
        Ending ending = new Ending(Ending.Kind.REJECT, 0, reason);
        return settle(new Request(queue, "dead-letter", 0, reason), receipts, ending);
    }

    @Override
    public Future<Settled> extend(String queue, List<String> receipts, long leaseMillis) {
        return settle(new Request(queue, "extend", leaseMillis, null), receipts, null);
    }

    /** {@code ending} null: extend. */
    private Future<Settled> settle(Request request, List<String> receipts, Ending ending) {
        return CallerContext.call(broker.loop(), () -> {
            if (request.queue() == null) {
                return settle(request, null, receipts, ending);
            }
            return broker.directory()
                    .existing(request.queue())
                    .compose(queue -> settle(request, queue, receipts, ending));
        });
    }

    /** {@code ending} null: extend. */
    private Future<Settled> settle(Request request, QueueDispatcher queue, List<String> receipts, Ending ending) {
        SettleCall call = new SettleCall(receipts.size());
        Integer queueId = queue == null ? null : queue.definition().id();
        Receipts.sort(receipts, queueId, call).byBrokerAndQueue().forEach((brokerId, byQueue) -> {
            if (brokerId == broker.session().brokerId()) {
                byQueue.forEach((id, locals) -> settleHere(request, id, locals, ending, call));
            } else {
                byQueue.forEach((id, locals) -> settleThere(brokerId, request, id, locals, call));
            }
        });
        return call.start().answer();
    }

    private void settleHere(Request request, int queueId, List<Receipts.Local> locals, Ending ending, SettleCall call) {
        QueueDispatcher queue = broker.directory().byId(queueId).orElse(null);
        if (queue == null) {
            locals.forEach(local -> call.failed(local.text(), ProblemCode.RECEIPT_EXPIRED));
        } else if (ending == null) {
            queue.extend(locals, request.millis(), call);
        } else {
            queue.settle(locals, ending, call);
        }
    }

    private void settleThere(
            long brokerId, Request request, int queueId, List<Receipts.Local> locals, SettleCall call) {
        String known = broker.session().peers().get(brokerId);
        if (known != null) {
            forward(known, request, queueId, locals, call);
            return;
        }
        // It may have joined since the last heartbeat; only the database knows whether it is gone.
        broker.refreshPeers().onComplete(done -> {
            String address = broker.session().peers().get(brokerId);
            if (address != null) {
                forward(address, request, queueId, locals, call);
            } else if (done.succeeded()) {
                locals.forEach(local -> call.failed(local.text(), ProblemCode.RECEIPT_EXPIRED));
            } else {
                call.broken(locals.size(), unreachable(done.cause()));
            }
        });
    }

    private void forward(String address, Request request, int queueId, List<Receipts.Local> locals, SettleCall call) {
        List<String> texts = locals.stream().map(Receipts.Local::text).toList();
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

package dev.postrider.client.internal.session;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postrider.client.PostriderException;
import dev.postrider.client.internal.wire.Link;
import dev.postrider.client.internal.wire.SettleCommand;
import dev.postrider.client.internal.wire.SettleFailures;
import dev.postrider.client.internal.wire.WireMessage;
import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Settles messages over whatever link there is: every broker takes every receipt. What finds no link, or whose answer
 * got lost with one, goes over the next. A broker that saw the old link close has taken its messages back by then,
 * and says that the receipt has expired.
 */
public final class SocketSettlements implements Session.Participant {
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Session session;
    private final ObjectMapper mapper;
    private final SettlementBatcher batcher;
    private final ArrayDeque<PendingSettle> waiting = new ArrayDeque<>();

    public SocketSettlements(Session session, int settleMax, ObjectMapper mapper) {
        this.session = session;
        this.mapper = mapper;
        this.batcher = new SettlementBatcher(session.loop(), settleMax, this::send);
        session.join(this);
    }

    /** What a subscriber gets. */
    Delivered delivered(WireMessage message) {
        return new Delivered(message, mapper, this::settle);
    }

    boolean isEmpty() {
        return batcher.isEmpty() && waiting.isEmpty();
    }

    @Override
    public void onLink() {
        for (int n = waiting.size(); n > 0; n--) {
            batcher.add(waiting.remove());
        }
    }

    @Override
    public void onRefused(PostriderException problem) {
        List<PendingSettle> refused = List.copyOf(waiting);
        waiting.clear();
        PendingSettle.failed(refused, problem);
    }

    @Override
    public boolean sweep(long nowNanos) {
        List<PendingSettle> late = new ArrayList<>();
        waiting.removeIf(pending -> nowNanos - pending.deadlineNanos() > 0 && late.add(pending));
        late.forEach(pending -> PendingSettle.failed(List.of(pending), notSent(pending)));
        return !waiting.isEmpty();
    }

    /** Fails what waits. What is on its way hears from the session. */
    void failWaiting() {
        onRefused(PostriderException.unavailable("The client is closed", null));
    }

    private Uni<Void> settle(SettleCommand command, WireMessage message) {
        return Uni.createFrom().emitter(emitter -> {
            long deadline = System.nanoTime() + ANSWER_NANOS;
            PendingSettle pending = new PendingSettle(command, message, deadline, false, emitter);
            session.loop().execute(() -> accept(pending));
        });
    }

    private void accept(PendingSettle pending) {
        if (session.isClosed()) {
            PendingSettle.failed(List.of(pending), PostriderException.unavailable("The client is closed", null));
        } else {
            batcher.add(pending);
        }
    }

    private void send(SettleCommand command, List<PendingSettle> batch) {
        Link link = session.link();
        if (link == null) {
            await(batch);
            return;
        }
        batch.sort(SocketSettlements::byPlace);
        List<WireMessage> messages = new ArrayList<>(batch.size());
        for (PendingSettle pending : batch) {
            messages.add(pending.message());
        }
        long id = session.nextId();
        session.expect(id, new Answer(batch));
        link.settle(id, command, messages);
    }

    /** Neighbours in storage travel next to one another, which makes them cheap to name. */
    private static int byPlace(PendingSettle one, PendingSettle other) {
        int byChunk = Long.compare(one.message().chunk(), other.message().chunk());
        return byChunk != 0
                ? byChunk
                : Integer.compare(one.message().index(), other.message().index());
    }

    private void await(List<PendingSettle> batch) {
        if (session.isClosed()) {
            batch.forEach(pending -> PendingSettle.failed(List.of(pending), notSent(pending)));
            return;
        }
        waiting.addAll(batch);
        session.watch();
        session.need();
    }

    private static PostriderException notSent(PendingSettle pending) {
        PostriderException problem = PostriderException.unavailable("There is no connection to settle over", null);
        return pending.repeated() ? problem.withOutcomeUnknown() : problem;
    }

    /** Waits for one frame's answer. */
    private final class Answer extends Reply {
        private final List<PendingSettle> batch;

        Answer(List<PendingSettle> batch) {
            super(System.nanoTime() + ANSWER_NANOS);
            this.batch = batch;
        }

        @Override
        void onSettled(SettleFailures failed) {
            PendingSettle.settled(batch, failed);
        }

        @Override
        void onRefused(PostriderException problem) {
            PendingSettle.failed(batch, problem);
        }

        @Override
        void onNoAnswer(PostriderException why) {
            long now = System.nanoTime();
            List<PendingSettle> again = new ArrayList<>(batch.size());
            for (PendingSettle pending : batch) {
                if (session.isClosed() || now - pending.deadlineNanos() >= 0) {
                    PendingSettle.failed(List.of(pending), why);
                } else {
                    again.add(why.isOutcomeUnknown() ? pending.again() : pending);
                }
            }
            if (!again.isEmpty()) {
                await(again);
            }
        }
    }
}

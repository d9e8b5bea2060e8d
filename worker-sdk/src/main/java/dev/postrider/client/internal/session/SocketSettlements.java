package dev.postrider.client.internal.session;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postrider.client.PostriderException;
import dev.postrider.client.internal.wire.Link;
import dev.postrider.client.internal.wire.SettleCommand;
import dev.postrider.client.internal.wire.WireMessage;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Settles messages over the link that brought them; once that is gone, their receipts have expired. */
public final class SocketSettlements {
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Session session;
    private final ObjectMapper mapper;
    private final SettlementBatcher batcher;
    private Link lastOrigin;
    private Settler lastSettler;

    public SocketSettlements(Session session, ObjectMapper mapper) {
        this.session = session;
        this.mapper = mapper;
        this.batcher = new SettlementBatcher(session.loop(), this::send);
    }

    /** What a subscriber gets. */
    Delivered delivered(WireMessage message, Link origin) {
        if (lastOrigin != origin) {
            lastOrigin = origin;
            lastSettler = (command, receipt) -> settle(command, receipt, origin);
        }
        return new Delivered(message, mapper, lastSettler);
    }

    boolean isEmpty() {
        return batcher.isEmpty();
    }

    private Uni<Void> settle(SettleCommand command, String receipt, Link origin) {
        return Uni.createFrom().emitter(waiting -> {
            PendingSettle pending = new PendingSettle(command, receipt, origin, waiting);
            session.loop().execute(() -> accept(pending));
        });
    }

    private void accept(PendingSettle pending) {
        if (session.isClosed()) {
            pending.expired();
        } else {
            batcher.add(pending);
        }
    }

    private void send(SettleCommand command, List<PendingSettle> batch) {
        Link link = session.link();
        List<PendingSettle> ours = new ArrayList<>(batch.size());
        List<String> receipts = new ArrayList<>(batch.size());
        for (PendingSettle pending : batch) {
            if (link == null || pending.origin() != link) {
                pending.expired();
            } else {
                ours.add(pending);
                receipts.add(pending.receipt());
            }
        }
        if (!ours.isEmpty()) {
            long id = session.nextId();
            session.expect(id, new Answer(ours));
            link.settle(id, command, receipts);
        }
    }

    /** Waits for one frame's answer. */
    private static final class Answer extends Reply {
        private final List<PendingSettle> batch;

        Answer(List<PendingSettle> batch) {
            super(System.nanoTime() + ANSWER_NANOS);
            this.batch = batch;
        }

        @Override
        void onSettled(Map<String, String> failed) {
            PendingSettle.settled(batch, failed);
        }

        @Override
        void onRefused(PostriderException problem) {
            PendingSettle.failed(batch, problem);
        }

        @Override
        void onNoAnswer(PostriderException why) {
            PendingSettle.failed(batch, why.withOutcomeUnknown());
        }
    }
}

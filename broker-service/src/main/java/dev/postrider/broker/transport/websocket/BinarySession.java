package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.dispatch.Settler;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordFormatException;
import dev.postrider.protocol.frame.ClientFrames;
import dev.postrider.protocol.frame.FrameFormatException;
import dev.postrider.protocol.frame.FrameReader;
import dev.postrider.protocol.frame.FrameType;
import io.vertx.core.http.ServerWebSocket;

/**
 * One socket that speaks {@code postrider.v1.binary}. What is published is kept as it came, and its records are looked
 * into only where there could be something wrong with them.
 */
final class BinarySession extends SocketSession<Long> {
    private final BinaryOutflow replies;
    /** What is left of the last message; null: nothing. */
    private FrameReader frames;

    private boolean accepting;

    BinarySession(Broker broker, ServerWebSocket socket, SocketEnd end) {
        this(broker, socket, end, new BinaryOutflow(broker.vertx(), socket));
    }

    private BinarySession(Broker broker, ServerWebSocket socket, SocketEnd end, BinaryOutflow outflow) {
        super(broker, socket, end, outflow, true);
        this.replies = outflow;
    }

    @Override
    String wrongKind() {
        return "This sub-protocol has binary frames only";
    }

    @Override
    void acceptMessage(byte[] message) {
        if (message.length == 0) {
            malformed(null, ProtocolException.invalid("A message must have a frame"));
        }
        frames = new FrameReader(message);
        acceptFrames();
    }

    @Override
    void opened() {
        acceptFrames();
        super.opened();
    }

    /** As many as may be under way at a time; the others wait as if they had not been read. */
    private void acceptFrames() {
        if (accepting) {
            return;
        }
        accepting = true;
        while (frames != null && isOpen() && !isOver()) {
            FrameReader in = frames;
            try {
                if (!in.next()) {
                    frames = null;
                } else {
                    accept(in);
                }
            } catch (FrameFormatException | RecordFormatException e) {
                malformed(idOrNull(ClientFrames.idOf(in)), ProtocolException.invalid(e.getMessage()));
            }
        }
        accepting = false;
    }

    private void accept(FrameReader in) {
        FrameType type = in.type();
        if (type == null || !type.isOfClient()) {
            throw new FrameFormatException("There is no such type of frame");
        }
        if (type == FrameType.PUBLISH) {
            publish(ClientFrames.readPublish(in));
        } else if (type.settles()) {
            settle(ClientFrames.readSettle(in));
        } else {
            perform(in);
        }
    }

    private void perform(FrameReader in) {
        switch (in.type()) {
            case SUBSCRIBE -> {
                ClientFrames.Subscribe frame = ClientFrames.readSubscribe(in);
                if (!stops()) {
                    subscribe(frame.id(), frame.queue(), frame.credit(), frame.leaseMillis());
                }
            }
            case CREDIT -> {
                ClientFrames.Credit frame = ClientFrames.readCredit(in);
                if (!stops()) {
                    credit(frame.id(), frame.add());
                }
            }
            default -> {
                long id = ClientFrames.readUnsubscribe(in);
                if (!stops()) {
                    unsubscribe(id);
                }
            }
        }
    }

    private void publish(ClientFrames.Publish frame) {
        Long id = idOrNull(frame.id());
        RecordBatchReader records = frame.records();
        try {
            broker().messages().checkRecords(records);
        } catch (ProtocolException e) {
            error(id, e);
            return;
        }
        if (stops()) {
            return;
        }
        publish(
                id,
                records.byteCount(),
                () -> frame.topic()
                        ? broker().publisher().publishRecordsToTopic(frame.target(), records)
                        : broker().publisher().publishRecords(frame.target(), records),
                ids -> replies.published(id, ids));
    }

    private void settle(ClientFrames.Settle frame) {
        Settler.Command command = new Settler.Command(kindOf(frame.type()), frame.millis(), frame.reason());
        settle(
                idOrNull(frame.id()),
                broker().settler().settle(command, frame.receipts()),
                settled -> replies.settled(frame.id(), settled, frame.receipts()));
    }

    private static Settler.Kind kindOf(FrameType type) {
        return switch (type) {
            case ACK -> Settler.Kind.ACK;
            case NACK -> Settler.Kind.NACK;
            case DEAD_LETTER -> Settler.Kind.DEAD_LETTER;
            case EXTEND -> Settler.Kind.EXTEND;
            default -> throw new IllegalStateException("No such frame: " + type);
        };
    }

    private static Long idOrNull(long id) {
        return id == 0 ? null : id;
    }
}

package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.dispatch.Publisher;
import dev.postrider.broker.dispatch.Settler;
import dev.postrider.broker.dispatch.Settler.Settled;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;

/** One socket that speaks {@code postrider.v1.json}. */
final class JsonSession extends SocketSession<String> {
    private static final String NO_QUEUE = null;

    private final FrameParser parser;
    private final JsonOutflow replies;

    JsonSession(Broker broker, ServerWebSocket socket, SocketEnd end) {
        this(broker, socket, end, new JsonOutflow(broker.vertx(), socket));
    }

    private JsonSession(Broker broker, ServerWebSocket socket, SocketEnd end, JsonOutflow outflow) {
        super(broker, socket, end, outflow, false);
        this.parser = new FrameParser(broker.messages());
        this.replies = outflow;
    }

    @Override
    String wrongKind() {
        return "This sub-protocol has text frames only";
    }

    @Override
    void acceptMessage(byte[] document) {
        ClientFrame frame;
        try {
            frame = parser.parse(document);
        } catch (ProtocolException e) {
            malformed(FrameParser.idOf(document), e);
            return;
        }
        if (frame.refused == null && frame.type == FrameType.PUBLISH && !stops()) {
            publish(frame.id, document.length, () -> store(frame), ids -> replies.published(frame.id, ids));
            return;
        }
        if (frame.refused != null) {
            error(frame.id, frame.refused);
        } else if (!stops() || frame.type.settles()) {
            perform(frame);
        }
    }

    private Future<List<String>> store(ClientFrame frame) {
        Publisher publisher = broker().publisher();
        return frame.topic == null
                ? publisher.publish(frame.queue, frame.messages)
                : publisher.publishToTopic(frame.topic, frame.messages);
    }

    private void perform(ClientFrame frame) {
        switch (frame.type) {
            case SUBSCRIBE -> subscribe(frame.id, frame.queue, frame.credit, frame.leaseMillis);
            case CREDIT -> credit(frame.id, frame.add);
            case UNSUBSCRIBE -> unsubscribe(frame.id);
            default -> settle(frame.id, settled(frame), settled -> replies.settled(frame.id, settled));
        }
    }

    private Future<Settled> settled(ClientFrame frame) {
        Settler settler = broker().settler();
        return switch (frame.type) {
            case ACK -> settler.ack(NO_QUEUE, frame.receipts);
            case NACK -> settler.nack(NO_QUEUE, frame.receipts, frame.delayMillis, frame.reason);
            case DEAD_LETTER -> settler.deadLetter(NO_QUEUE, frame.receipts, frame.reason);
            case EXTEND -> settler.extend(NO_QUEUE, frame.receipts, frame.leaseMillis);
            default -> throw new IllegalStateException("No such frame: " + frame.type);
        };
    }
}

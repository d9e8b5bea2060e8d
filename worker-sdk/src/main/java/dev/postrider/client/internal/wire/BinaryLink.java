package dev.postrider.client.internal.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.frame.BrokerFrames;
import dev.postrider.protocol.frame.ClientFrames;
import dev.postrider.protocol.frame.FrameFormatException;
import dev.postrider.protocol.frame.FrameReader;
import dev.postrider.protocol.frame.FrameWriter;
import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A WebSocket that speaks {@code postrider.v1.binary}. The small frames of a turn travel in one message. */
final class BinaryLink implements Link {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Frames gather up to that size; a longer one has a message of its own, which the broker bounds. */
    private static final int GATHERED_BYTES_MAX = 32 * 1024;

    private static final short PROTOCOL_ERROR = 1002;

    private final Vertx vertx;
    private final SocketLife life;
    private final LinkListener listener;
    private final FrameWriter frames = new FrameWriter();
    private final Map<Long, String> queues = new HashMap<>();
    private final boolean compressed;
    private boolean flushes;

    BinaryLink(Vertx vertx, WebSocket socket, LinkListener listener, boolean compressed) {
        this.vertx = vertx;
        this.listener = listener;
        this.compressed = compressed;
        this.life = new SocketLife(socket, listener);
        MaskingEncoder.install(socket);
        socket.binaryMessageHandler(this::read);
    }

    private void read(Buffer message) {
        try {
            FrameReader in = new FrameReader(message.getBytes());
            while (in.next()) {
                if (in.type() != null) {
                    accept(in);
                }
            }
        } catch (FrameFormatException e) {
            life.close(PROTOCOL_ERROR, "not a frame");
        }
    }

    private void accept(FrameReader in) {
        switch (in.type()) {
            case DELIVER -> deliver(BrokerFrames.readDeliver(in));
            case PUBLISHED -> {
                BrokerFrames.Published published = BrokerFrames.readPublished(in);
                listener.onPublished(published.id(), published.ids());
            }
            case SETTLED -> {
                BrokerFrames.Settled settled = BrokerFrames.readSettled(in);
                listener.onSettled(settled.id(), failures(settled.failed()));
            }
            case ERROR -> refused(BrokerFrames.readError(in));
            default -> {}
        }
    }

    private void deliver(BrokerFrames.Deliver frame) {
        String queue = queues.get(frame.subscription());
        if (queue == null) {
            return;
        }
        int count = frame.records().count();
        List<WireMessage> messages = new ArrayList<>(count);
        for (int offset = 0; offset < count; offset++) {
            messages.add(new BinaryMessage(queue, frame, offset));
        }
        listener.onMessages(frame.subscription(), messages);
    }

    private static SettleFailures failures(List<BrokerFrames.Failed> failed) {
        if (failed.isEmpty()) {
            return SettleFailures.NONE;
        }
        Map<Integer, String> codes = new HashMap<>();
        failed.forEach(one -> codes.put(one.position(), one.code()));
        return (position, message) -> codes.get(position);
    }

    private void refused(BrokerFrames.Refused refused) {
        try {
            listener.onRefused(refused.id(), Problems.read(MAPPER.readTree(refused.document()), 0, null));
        } catch (JsonProcessingException e) {
            throw new FrameFormatException("A problem is not JSON");
        }
    }

    @Override
    public void publish(long id, Target target, List<byte[]> messages) {
        long bytes = 0;
        for (byte[] message : messages) {
            bytes += message.length;
        }
        if (frames.size() + bytes > GATHERED_BYTES_MAX) {
            flush();
        }
        ClientFrames.publish(frames, id, target.topic(), target.name(), messages, compressed);
        written();
    }

    @Override
    public void subscribe(long id, String queue, long credit, Duration lease) {
        queues.put(id, queue);
        int first = (int) Math.min(credit, ClientFrames.CREDIT_MAX);
        ClientFrames.subscribe(
                frames, new ClientFrames.Subscribe(id, first, lease == null ? 0 : lease.toMillis(), queue));
        written();
    }

    @Override
    public void credit(long id, long add) {
        ClientFrames.credit(frames, id, Math.min(add, ClientFrames.CREDIT_MAX));
        written();
    }

    @Override
    public void unsubscribe(long id) {
        queues.remove(id);
        ClientFrames.unsubscribe(frames, id);
        written();
    }

    @Override
    public void settle(long id, SettleCommand command, List<WireMessage> messages) {
        List<Receipt> receipts = new ArrayList<>(messages.size());
        for (WireMessage message : messages) {
            receipts.add(((BinaryMessage) message).parts());
        }
        switch (command.kind()) {
            case ACK -> ClientFrames.ack(frames, id, receipts);
            case NACK -> ClientFrames.nack(frames, id, millis(command, -1), command.reason(), receipts);
            case DEAD_LETTER -> ClientFrames.deadLetter(frames, id, command.reason(), receipts);
            case EXTEND -> ClientFrames.extend(frames, id, millis(command, 0), receipts);
        }
        written();
    }

    private static long millis(SettleCommand command, long absent) {
        return command.duration() == null ? absent : command.duration().toMillis();
    }

    private void written() {
        if (frames.size() > GATHERED_BYTES_MAX) {
            flush();
        } else if (!flushes) {
            flushes = true;
            vertx.runOnContext(turn -> {
                flushes = false;
                flush();
            });
        }
    }

    private void flush() {
        if (frames.isEmpty()) {
            return;
        }
        FrameWriter.Message message = frames.take();
        life.write(wrapped(message.bytes(), message.length()));
    }

    /** Without a copy: the array is given away. */
    @SuppressWarnings("deprecation") // The copying factories are the only others before Vert.x 5.
    static Buffer wrapped(byte[] bytes, int length) {
        return Buffer.buffer(Unpooled.wrappedBuffer(bytes, 0, length));
    }

    @Override
    public void ping() {
        life.ping();
    }

    @Override
    public boolean isWritable() {
        return life.isWritable();
    }

    @Override
    public void close() {
        flush();
        life.close();
    }

    @Override
    public void abort() {
        life.abort();
    }
}

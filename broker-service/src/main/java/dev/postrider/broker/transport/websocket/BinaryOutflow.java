package dev.postrider.broker.transport.websocket;

import dev.postrider.broker.dispatch.HandedRun;
import dev.postrider.broker.dispatch.PublishedIds;
import dev.postrider.broker.dispatch.Settler.Settled;
import dev.postrider.broker.transport.Problem;
import dev.postrider.protocol.Receipt;
import dev.postrider.protocol.ReceiptSpan;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.frame.BrokerFrames;
import dev.postrider.protocol.frame.FrameWriter;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What goes out on a socket in binary: the frames of a turn gather and make one message. Records are copied once, from
 * the chunk's bytes into the message.
 */
final class BinaryOutflow extends Outflow<Long> {
    /** A message is sent before the turn's end when it is so long. */
    private static final int MESSAGE_BYTES = 64 * 1024;

    private static final long NO_ID = 0;

    private final FrameWriter frames = new FrameWriter();
    private boolean flushes;

    BinaryOutflow(Vertx vertx, ServerWebSocket socket) {
        super(vertx, socket);
    }

    @Override
    int send(Unsent<Long> next) {
        int sizeBefore = frames.size();
        HandedRun run = next.run();
        RecordBatchReader records = run.records();
        int first = run.first() + next.sent();
        int some = records.contiguous(first, next.left(), MESSAGE_BYTES);
        BrokerFrames.deliver(
                frames,
                new BrokerFrames.Deliver(
                        next.subscription(),
                        run.queueId(),
                        run.brokerId(),
                        run.chunkId(),
                        run.publishedAtMillis(),
                        run.attempts(),
                        first,
                        run.handing() + next.sent(),
                        records),
                first,
                some);
        next.sent(some);
        int size = frames.size() - sizeBefore;
        written();
        return size;
    }

    @Override
    void subscribed(Long id) {
        BrokerFrames.subscribed(frames, id);
        replied();
    }

    void published(long id, PublishedIds ids) {
        BrokerFrames.beginPublished(frames, id);
        for (PublishedIds.Run run : ids.runs()) {
            if (run.chosen() != null) {
                BrokerFrames.chosenId(frames, run.chosen());
            } else {
                BrokerFrames.derivedIds(frames, run.chunkId(), run.first(), run.count());
            }
        }
        BrokerFrames.end(frames);
        replied();
    }

    /** {@code receipts} are those of the frame that is answered. */
    void settled(long id, Settled settled, List<ReceiptSpan> receipts) {
        BrokerFrames.settled(frames, id, settled.settled(), failed(settled, receipts));
        replied();
    }

    private static List<BrokerFrames.Failed> failed(Settled settled, List<ReceiptSpan> receipts) {
        if (settled.failed().isEmpty()) {
            return List.of();
        }
        Map<String, Integer> positions = new HashMap<>();
        int position = 0;
        for (ReceiptSpan span : receipts) {
            for (Receipt receipt : span.receipts()) {
                // The later of two that are the same is the one that failed.
                positions.put(receipt.toText(), position++);
            }
        }
        List<BrokerFrames.Failed> failed = new ArrayList<>();
        settled.failed().forEach(one -> {
            Integer at = positions.get(one.receipt());
            if (at != null) {
                failed.add(new BrokerFrames.Failed(at, one.code().code()));
            }
        });
        return failed;
    }

    @Override
    void error(Long id, Problem problem) {
        BrokerFrames.error(frames, id == null ? NO_ID : id, problem.toBuffer().getBytes());
        replied();
    }

    private void replied() {
        written();
        countReply();
    }

    private void written() {
        if (frames.size() >= MESSAGE_BYTES) {
            flush();
        } else if (!flushes) {
            flushes = true;
            vertx().runOnContext(turn -> {
                flushes = false;
                flush();
            });
        }
    }

    @Override
    void flush() {
        if (frames.isEmpty()) {
            return;
        }
        FrameWriter.Message message = frames.take();
        if (!socket().isClosed()) {
            Buffer bytes = Buffer.buffer(message.length()).appendBytes(message.bytes(), 0, message.length());
            var unused = socket().writeBinaryMessage(bytes);
        }
    }
}

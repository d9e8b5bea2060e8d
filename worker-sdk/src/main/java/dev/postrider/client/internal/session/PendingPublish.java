package dev.postrider.client.internal.session;

import dev.postrider.client.internal.wire.Target;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.List;

/**
 * Messages that are published together, all or none, and who waits for it: one message or the messages of a
 * {@code publishAll}. Never split; may share a frame with others.
 */
abstract class PendingPublish {
    final Target target;
    final long bytes;
    /** The broker can tell a repetition from a new publish. */
    final boolean repeatable;

    final long deadlineNanos;
    /** How many of these may share a frame; halved each time such a frame was refused for one of its messages. */
    int companyMax = Integer.MAX_VALUE;

    PendingPublish(Target target, long bytes, boolean repeatable, long deadlineNanos) {
        this.target = target;
        this.bytes = bytes;
        this.repeatable = repeatable;
        this.deadlineNanos = deadlineNanos;
    }

    private static long sizeOf(List<byte[]> messages) {
        long bytes = 0;
        for (byte[] message : messages) {
            bytes += message.length;
        }
        return bytes;
    }

    abstract int count();

    /** Adds its messages, as they are encoded. */
    abstract void addTo(List<byte[]> messages);

    /** Stored; its ids stand in {@code ids} from {@code first} on. */
    abstract void complete(List<String> ids, int first);

    abstract void fail(Throwable failure);

    static PendingPublish one(
            Target target, byte[] message, boolean repeatable, long deadline, UniEmitter<? super String> waiting) {
        return new PendingPublish(target, message.length, repeatable, deadline) {
            @Override
            int count() {
                return 1;
            }

            @Override
            void addTo(List<byte[]> messages) {
                messages.add(message);
            }

            @Override
            void complete(List<String> ids, int first) {
                waiting.complete(ids.get(first));
            }

            @Override
            void fail(Throwable failure) {
                waiting.fail(failure);
            }
        };
    }

    static PendingPublish all(
            Target target,
            List<byte[]> messages,
            boolean repeatable,
            long deadline,
            UniEmitter<? super List<String>> waiting) {
        return new PendingPublish(target, sizeOf(messages), repeatable, deadline) {
            @Override
            int count() {
                return messages.size();
            }

            @Override
            void addTo(List<byte[]> all) {
                all.addAll(messages);
            }

            @Override
            void complete(List<String> ids, int first) {
                waiting.complete(List.copyOf(ids.subList(first, first + count())));
            }

            @Override
            void fail(Throwable failure) {
                waiting.fail(failure);
            }
        };
    }
}

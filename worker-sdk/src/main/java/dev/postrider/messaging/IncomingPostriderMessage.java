package dev.postrider.messaging;

import dev.postrider.client.ReceivedMessage;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.providers.MetadataInjectableMessage;
import io.smallrye.reactive.messaging.providers.locals.ContextAwareMessage;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/** A message of an incoming channel; the first ack or nack counts. Safe for any thread. */
final class IncomingPostriderMessage implements ContextAwareMessage<byte[]>, MetadataInjectableMessage<byte[]> {
    private final ReceivedMessage received;
    private final Settling settling;
    private final AtomicBoolean settled = new AtomicBoolean();
    private Metadata metadata;

    IncomingPostriderMessage(ReceivedMessage received, Settling settling) {
        this.received = received;
        this.settling = settling;
        this.metadata = ContextAwareMessage.captureContextMetadata(IncomingPostriderMetadata.of(received), received);
    }

    /** What a channel does with the outcome of a message. The results never fail. */
    interface Settling {
        Uni<Void> acked(ReceivedMessage message);

        Uni<Void> nacked(ReceivedMessage message, Throwable reason, Metadata metadata);
    }

    @Override
    public byte[] getPayload() {
        return received.bytes();
    }

    @Override
    public synchronized Metadata getMetadata() {
        return metadata;
    }

    @Override
    public synchronized void injectMetadata(Object injected) {
        metadata = metadata.with(injected);
    }

    @Override
    public Function<Metadata, CompletionStage<Void>> getAckWithMetadata() {
        return this::ack;
    }

    @Override
    public BiFunction<Throwable, Metadata, CompletionStage<Void>> getNackWithMetadata() {
        return this::nack;
    }

    @Override
    public CompletionStage<Void> ack(Metadata with) {
        return once(settling.acked(received));
    }

    @Override
    public CompletionStage<Void> nack(Throwable reason, Metadata with) {
        return once(settling.nacked(received, reason, with));
    }

    private CompletionStage<Void> once(Uni<Void> settlement) {
        Uni<Void> first = settled.compareAndSet(false, true)
                ? settlement
                : Uni.createFrom().voidItem();
        // What follows in the application's pipeline belongs on the message's own context, not on the client's loop.
        return first.emitOn(this::runOnMessageContext).subscribeAsCompletionStage();
    }
}

package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.event.BrokerListener;
import dev.postrider.broker.queue.QueueDefinition;
import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.store.BrokerRegistry.Membership;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/** A broker that has joined, on a loop and a store that belong to a test. */
final class LoneBroker {
    private static final long NOW = 1_790_000_000_000L;

    final ManualLoop loop = new ManualLoop();
    final ForgetfulStore store = new ForgetfulStore();
    final Broker broker =
            new Broker(loop, store, null, null, null, DispatchSettings.defaults(false), BrokerListener.NONE);

    LoneBroker() {
        broker.enter(loop.monotonicMillis(), new Membership(7, 0, NOW));
    }

    void open(int id, String queue) {
        broker.directory().take(new QueueDefinition(id, queue, QueueSettings.DEFAULTS, false, NOW, 1));
    }

    /** @param onClosed gets the reason when the broker ends the consumer */
    Future<Consumers.Consumer> join(
            String queue, int credit, Consumer<List<Delivered>> onMessages, Consumer<BrokerException> onClosed) {
        return broker.join(queue, new Consumers.Options(0, credit, true), new Consumers.Sink() {
            @Override
            public void deliver(List<Delivered> messages) {
                onMessages.accept(messages);
            }

            @Override
            public void closed(BrokerException reason) {
                onClosed.accept(reason);
            }
        });
    }

    /** For a consumer that is not to be ended. */
    static void unexpected(BrokerException reason) {
        throw new AssertionError(reason);
    }
}

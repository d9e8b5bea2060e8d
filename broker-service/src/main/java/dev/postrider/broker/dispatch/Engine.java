package dev.postrider.broker.dispatch;

import dev.postrider.broker.event.BrokerListener;
import dev.postrider.broker.store.MessageStore;
import dev.postrider.broker.store.WakeSignals;
import java.util.function.LongConsumer;

/**
 * What all dispatchers of a broker share.
 *
 * @param due told when something scheduled was stored, and when it is due
 */
record Engine(
        EventLoop loop,
        MessageStore store,
        BrokerSession session,
        DatabaseClock clock,
        CommitLoop commits,
        ChunkCache cache,
        HeldBytes held,
        WakeSignals signals,
        Activity activity,
        BrokerListener listener,
        LongConsumer due) {}

package dev.postrider.broker.simulation;

import dev.postrider.broker.dispatch.Consumers;
import io.vertx.core.Future;
import java.util.function.UnaryOperator;

/** Lets consumers join with other options than they asked for. */
record SpoiltConsumers(Consumers right, UnaryOperator<Consumers.Options> mistake) implements Consumers {
    @Override
    public Future<Consumer> join(String queue, Options options, Sink sink) {
        return right.join(queue, mistake.apply(options), sink);
    }

    /** Leases that were asked for run out at half their time. */
    static Options halfTheLease(Options options) {
        return new Options(options.leaseMillis() / 2, options.credit(), options.creditReturns());
    }

    /** One message more than was asked for. */
    static Options oneCreditMore(Options options) {
        return new Options(options.leaseMillis(), options.credit() + 1, options.creditReturns());
    }
}

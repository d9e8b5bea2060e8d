package dev.postrider.benchmarks.broker;

import java.util.List;

/** The brokers that can be put under test, in the order of the table. */
public final class Brokers {
    private Brokers() {}

    /** All of them, also those that are not installed here. */
    public static List<BrokerKind> all() {
        return List.of(
                new Postrider(Postrider.Dialect.BINARY),
                new Postrider(Postrider.Dialect.LZ4),
                new Postrider(Postrider.Dialect.JSON),
                new RedisStreams(true),
                new Artemis(),
                new RabbitMq(true),
                new SkipLocked(),
                new Kafka(Kafka.Flavour.FSYNC),
                new Kafka(Kafka.Flavour.SHARE),
                new Kafka(Kafka.Flavour.PLAIN),
                new RedisStreams(false),
                new RabbitMq(false),
                new Nats(),
                new Harness());
    }

    /**
     * The one of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static BrokerKind named(String name) {
        return all().stream()
                .filter(kind -> kind.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no broker " + name + "; there are "
                        + all().stream().map(BrokerKind::name).toList()));
    }
}

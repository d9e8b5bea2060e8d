package dev.postrider.benchmarks.broker;

import java.nio.file.Path;

/** A broker that can be put under test: what it is, what it promises, and how to start it. */
public interface BrokerKind {

    /** Names it on the command line, for instance {@code redis-always}. */
    String name();

    /** Names it in a table, without the version. */
    String title();

    /** What has happened to a message when its publish is answered, in words. */
    String durability();

    /** True if an acknowledged message is on the disk, and not only on its way there. */
    default boolean syncs() {
        return true;
    }

    /** True if each message can be settled alone; false if a consumer only moves a position. */
    default boolean settlesEach() {
        return true;
    }

    /** True if a running one is a {@link ServesHttp}. */
    default boolean servesHttp() {
        return false;
    }

    /** True if a running one is a {@link FansOut}. */
    default boolean fansOut() {
        return false;
    }

    /** Why it cannot be started on this machine, or null if it can. */
    String missing();

    /**
     * Starts it on loopback and waits until it takes traffic.
     *
     * @param directory an empty one for its data and logs
     */
    Broker start(Path directory);
}

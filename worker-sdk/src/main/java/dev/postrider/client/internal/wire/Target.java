package dev.postrider.client.internal.wire;

/**
 * Where messages are published to.
 *
 * @param name known to be a name
 * @param topic true: a topic; false: a queue
 */
public record Target(String name, boolean topic) {
    public static Target queue(String name) {
        return new Target(name, false);
    }

    public static Target topic(String name) {
        return new Target(name, true);
    }
}

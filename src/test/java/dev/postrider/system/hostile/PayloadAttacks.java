package dev.postrider.system.hostile;

import dev.postrider.system.hostile.Siege.Attack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Clients that send what nobody should: documents, frames, and too much of either. */
public final class PayloadAttacks {
    private static final int MIB = 1 << 20;

    private PayloadAttacks() {}

    /** Documents that no part of the broker may fail with. */
    static Map<String, byte[]> documents() {
        Map<String, byte[]> documents = new LinkedHashMap<>();
        put(documents, "a thousand levels", nested(1_000));
        put(documents, "a hundred thousand levels", nested(100_000));
        put(documents, "a thousand objects", "{\"a\":".repeat(1_000) + "1" + "}".repeat(1_000));
        put(documents, "a big exponent", "{\"max\":1e999999999}");
        put(documents, "a small exponent", "{\"max\":1e-999999999}");
        put(documents, "400 digits", "{\"max\":" + "9".repeat(400) + "}");
        put(documents, "a million digits", "{\"max\":" + "9".repeat(1_000_000) + "}");
        put(documents, "the same field twice", "{\"max\":1,\"max\":2}");
        put(documents, "a field name of 100,000 characters", "{\"" + "n".repeat(100_000) + "\":1}");
        put(documents, "a lone surrogate", "{\"wait\":\"\\ud800\"}");
        put(documents, "a long string", "{\"wait\":\"" + "s".repeat(900_000) + "\"}");
        put(documents, "100,000 fields", fields(100_000));
        put(documents, "only spaces", " ".repeat(500_000));
        put(documents, "not a number", "{\"max\":NaN}");
        put(documents, "a byte order mark", "\ufeff{}");
        documents.put("invalid UTF-8", new byte[] {'{', '"', (byte) 0xc3, (byte) 0x28, '"', ':', '1', '}'});
        documents.put("an overlong slash", new byte[] {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'});
        documents.put("zeros", new byte[1_000]);
        return documents;
    }

    private static void put(Map<String, byte[]> documents, String name, String text) {
        documents.put(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String nested(int levels) {
        return "{\"max\":" + "[".repeat(levels) + "]".repeat(levels) + "}";
    }

    private static String fields(int count) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < count; i++) {
            text.append("\"f").append(i).append("\":0,");
        }
        return text.append("\"x\":0}").toString();
    }

    /** Every bad document at every call that takes one. */
    public static Attack badDocuments(int rounds) {
        return front -> {
            List<String> calls = List.of("receive", "ack", "nack", "extend", "batch", "dead-letters/redrive");
            for (int i = 0; i < rounds; i++) {
                for (String call : calls) {
                    for (byte[] document : documents().values()) {
                        front.count(send(front, "/v1/queues/quiet/" + call, document));
                    }
                }
            }
        };
    }

    private static String send(Siege.Front front, String path, byte[] document) throws IOException {
        try (Peer peer = front.open()) {
            peer.post(path, document);
            return peer.status();
        }
    }

    /** Addresses that cannot be decoded, or say what they should not. */
    static List<String> addresses() {
        return List.of(
                "/v1/queues/quiet/messages?state=%zz",
                "/v1/queues?prefix=%",
                "/v1/queues?prefix=%c3%28",
                "/v1/queues?limit=99999999999999999999",
                "/v1/queues?%zz=1",
                "/v1/queues/%zz",
                "/v1/queues/quiet/stream?credit=%zz",
                "/v1/queues/quiet/stream?credit=-1",
                "/v1/queues/quiet/messages?after=AAAA",
                "/v1/queues/quiet/dead-letters?after=%00",
                "/v1/ws?%zz",
                "/health?%zz",
                "/nowhere?%zz",
                "/v1/queues?prefix=" + "a".repeat(10_000),
                "/" + "a".repeat(20_000));
    }

    public static Attack badAddresses(int rounds) {
        return front -> {
            for (int i = 0; i < rounds; i++) {
                for (String address : addresses()) {
                    try (Peer peer = front.open()) {
                        front.count(peer.get(address).status());
                    }
                }
            }
        };
    }

    /** Batches as large as they may be, from many clients at a time, for some time. */
    public static Attack batchFlood(int clients, Duration time) {
        return front -> {
            byte[] batch = batch(15 * MIB);
            long end = System.nanoTime() + time.toNanos();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                threads.add(ConnectionAttacks.background(() -> {
                    while (System.nanoTime() - end < 0) {
                        front.count(send(front, "/v1/queues/flood/batch", batch));
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        };
    }

    private static byte[] batch(int bytes) {
        String message = "{\"text\":\"" + "x".repeat(100_000) + "\",\"ttl\":\"5s\"},";
        StringBuilder text = new StringBuilder("{\"messages\":[");
        while (text.length() < bytes - message.length()) {
            text.append(message);
        }
        return text.append("{\"text\":\"last\"}]}").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Many small publishes by many clients at a time. */
    public static Attack publishFlood(int clients, Duration time) {
        return front -> {
            long end = System.nanoTime() + time.toNanos();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                threads.add(ConnectionAttacks.background(() -> {
                    Peer peer = front.open();
                    while (System.nanoTime() - end < 0) {
                        peer.post("/v1/queues/flood/messages", "{\"n\":1}");
                        front.count(peer.answer().substring(9, 12));
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        };
    }

    /** Publish frames without a pause, from clients that do not read the answers. */
    public static Attack frameFlood(int clients, Duration time) {
        return front -> {
            byte[] payload = ("{\"type\":\"publish\",\"queue\":\"flood\",\"id\":\"p\",\"messages\":[{\"text\":\""
                            + "x".repeat(900_000) + "\",\"ttl\":\"5s\"}]}")
                    .getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < clients; i++) {
                Peer peer = front.open().upgrade();
                ConnectionAttacks.background(() -> {
                    while (true) {
                        peer.send(Peer.frameHead(0x81, payload.length)).send(payload);
                        front.count("sent");
                    }
                });
            }
            front.hold(time);
        };
    }

    /** Frames of 16 MiB of which the end never comes. */
    public static Attack unfinishedFrames(int count, Duration time) {
        return front -> {
            byte[] part = new byte[MIB];
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Peer peer = front.open().upgrade();
                peers.add(peer);
                ConnectionAttacks.background(() -> {
                    peer.send(Peer.frameHead(0x81, 16 * MIB));
                    for (int sent = 0; sent < 15; sent++) {
                        peer.send(part);
                    }
                    front.count("taken");
                });
            }
            front.hold(time);
            front.countClosed();
        };
    }

    /** Messages in fragments that never end. */
    public static Attack endlessFragments(int count, Duration time) {
        return front -> {
            byte[] part = " ".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < count; i++) {
                Peer peer = front.open().upgrade();
                ConnectionAttacks.background(() -> {
                    peer.send(Peer.frameHead(0x01, part.length)).send(part);
                    for (int sent = 1; sent < 15 * 16; sent++) {
                        peer.send(Peer.frameHead(0x00, part.length)).send(part);
                    }
                    front.count("taken");
                });
            }
            front.hold(time);
            front.countClosed();
        };
    }

    /** Frames that break RFC 6455 or the sub-protocol, each on a socket of its own. */
    static Map<String, byte[][]> frames() {
        Map<String, byte[][]> frames = new LinkedHashMap<>();
        byte[] text = "{\"type\":\"ack\",\"receipts\":[\"x\"]}".getBytes(StandardCharsets.US_ASCII);
        frames.put("not masked", new byte[][] {{(byte) 0x81, 2, '{', '}'}});
        frames.put("a reserved bit", new byte[][] {Peer.frameHead(0xc1, text.length), text});
        frames.put("a reserved type", new byte[][] {Peer.frameHead(0x83, text.length), text});
        frames.put("a reserved control type", new byte[][] {Peer.frameHead(0x8b, 0)});
        frames.put("a ping of 126 bytes", new byte[][] {Peer.frameHead(0x89, 126), new byte[126]});
        frames.put("a ping in two parts", new byte[][] {Peer.frameHead(0x09, 1), new byte[1]});
        frames.put("a continuation of nothing", new byte[][] {Peer.frameHead(0x80, text.length), text});
        frames.put(
                "a text within a text", new byte[][] {Peer.frameHead(0x01, 1), {'{'}, Peer.frameHead(0x81, 1), {'{'}});
        frames.put("a frame of 2^62 bytes", new byte[][] {Peer.frameHead(0x81, 1L << 62)});
        frames.put("a frame of a negative length", new byte[][] {Peer.frameHead(0x81, -1L)});
        frames.put("a frame of 17 MiB", new byte[][] {Peer.frameHead(0x81, 17 * MIB)});
        frames.put("invalid UTF-8", new byte[][] {Peer.frameHead(0x81, 2), {(byte) 0xc3, (byte) 0x28}});
        frames.put("a close with a bad code", new byte[][] {Peer.frameHead(0x88, 2), {0, 1}});
        frames.put("a close of one byte", new byte[][] {Peer.frameHead(0x88, 1), {0}});
        return frames;
    }

    public static Attack badFrames(int rounds) {
        return front -> {
            for (int i = 0; i < rounds; i++) {
                for (byte[][] parts : frames().values()) {
                    try (Peer peer = front.open().upgrade()) {
                        for (byte[] part : parts) {
                            peer.send(part);
                        }
                        front.count(Integer.toString(peer.closeCode()));
                    }
                }
            }
        };
    }

    /** Frames that are well formed and mean nothing good: the third malformed one closes. */
    static List<String> commands() {
        return List.of(
                "{\"type\":\"credit\",\"id\":\"none\",\"add\":1}",
                "{\"type\":\"unsubscribe\",\"id\":\"none\"}",
                "{\"type\":\"ack\",\"id\":\"a\",\"receipts\":[\"x\",\"\",\"" + "r".repeat(5_000) + "\"]}",
                "{\"type\":\"credit\",\"id\":\"s\",\"add\":9223372036854775808}",
                "{\"type\":\"credit\",\"id\":\"s\",\"add\":-1}",
                "{\"type\":\"subscribe\",\"id\":\"s\",\"queue\":\"quiet\",\"credit\":1000000000}",
                "{\"type\":\"credit\",\"id\":\"s\",\"add\":1000000000}",
                "{\"type\":\"credit\",\"id\":\"s\",\"add\":1000000000}",
                "{\"type\":\"credit\",\"id\":\"s\",\"add\":1000000000}",
                "{\"type\":\"extend\",\"id\":\"e\",\"receipts\":[\"x\"],\"lease\":\"1s\"}",
                "{\"type\":\"publish\",\"id\":\"p\",\"queue\":\"quiet\",\"messages\":[{\"text\":1}]}");
    }

    public static Attack badCommands(int rounds) {
        return front -> {
            for (int i = 0; i < rounds; i++) {
                try (Peer peer = front.open().upgrade().patience(500)) {
                    for (String command : commands()) {
                        peer.text(command);
                    }
                    front.count(Integer.toString(peer.closeCode()));
                }
            }
        };
    }
}

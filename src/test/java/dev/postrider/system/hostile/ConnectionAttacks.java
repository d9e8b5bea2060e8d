package dev.postrider.system.hostile;

import dev.postrider.system.hostile.Siege.Attack;
import dev.postrider.system.process.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Clients that hold connections, and give little on them. */
public final class ConnectionAttacks {
    private static final String QUIET = "/v1/queues/quiet";

    private ConnectionAttacks() {}

    /** Streams of a queue without messages. */
    public static Attack idleStreams(int count, Duration time) {
        return front -> {
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                peers.add(front.open().get(QUIET + "/stream?credit=10"));
            }
            for (Peer peer : peers) {
                front.count(peer.status());
            }
            front.hold(time);
        };
    }

    /** WebSockets with a subscription of a queue without messages. */
    public static Attack idleSockets(int count, Duration time) {
        return front -> {
            for (int i = 0; i < count; i++) {
                front.open().upgrade().text("{\"type\":\"subscribe\",\"id\":\"s\",\"queue\":\"quiet\",\"credit\":10}");
                front.count("101");
            }
            front.hold(time);
        };
    }

    /** Receives that wait, answered when {@code wait} is over. */
    public static Attack longPolls(int count, Duration wait) {
        return front -> {
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                peers.add(front.open().post(QUIET + "/receive", "{\"max\":10,\"wait\":\"" + wait.toSeconds() + "s\"}"));
            }
            front.hold(Duration.ZERO);
            for (Peer peer : peers) {
                front.count(peer.patience(60_000).status());
            }
        };
    }

    /** Headers that come a byte a second. */
    public static Attack slowHeaders(int count, Duration time) {
        return front -> {
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                peers.add(front.open().send("GET " + QUIET + " HTTP/1.1\r\nHost: localhost\r\nX-Slow: "));
            }
            trickle(peers, time);
            front.hold(Duration.ZERO);
            front.countClosed();
        };
    }

    /** Bodies that come a byte a second. */
    public static Attack slowBodies(int count, String call, Duration time) {
        return front -> {
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                peers.add(front.open().send(Peer.postHead(QUIET + call, 500_000)));
            }
            trickle(peers, time);
            front.hold(Duration.ZERO);
            for (Peer peer : peers) {
                front.count(peer.patience(20).status());
            }
        };
    }

    /** Lines of NDJSON that come a byte a second and never end. */
    public static Attack slowLines(int count, Duration time) {
        return front -> {
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                peers.add(front.open()
                        .send("POST " + QUIET + "/batch HTTP/1.1\r\nHost: localhost\r\n"
                                + "Content-Type: application/x-ndjson\r\nContent-Length: 500000\r\n\r\n"));
            }
            trickle(peers, time);
            front.hold(Duration.ZERO);
            for (Peer peer : peers) {
                front.count(peer.patience(20).status());
            }
        };
    }

    private static void trickle(List<Peer> peers, Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            for (Peer peer : peers) {
                try {
                    peer.send("a");
                } catch (IOException e) {
                    // Closed by the broker, which is counted in the end.
                }
            }
            Eventually.pause(Duration.ofSeconds(1));
        }
    }

    /** Bodies of almost a mebibyte for calls that take JSON, of which the last byte never comes. */
    public static Attack unfinishedBodies(int count, Duration time) {
        return front -> {
            byte[] most = new byte[900_000];
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Peer peer = front.open();
                peers.add(peer);
                try {
                    peer.send(Peer.postHead(QUIET + "/ack", 1_000_000)).send(most);
                } catch (IOException e) {
                    front.count("cut");
                }
            }
            front.hold(time);
            for (Peer peer : peers) {
                front.count(peer.patience(20).status());
            }
        };
    }

    /** Heads of 60,000 bytes without an end. */
    public static Attack unfinishedHeaders(int count, Duration time) {
        return front -> {
            String head = "GET / HTTP/1.1\r\nHost: localhost\r\nX-Big: " + "a".repeat(60_000);
            for (int i = 0; i < count; i++) {
                front.open().send(head);
            }
            front.hold(time);
            front.countClosed();
        };
    }

    /** Heads beyond every limit. */
    public static Attack giantHeaders(int count) {
        return front -> {
            String line = "GET /v1/queues HTTP/1.1\r\nHost: localhost\r\n";
            String head = line + "X-Big: " + "a".repeat(40_000) + "\r\n\r\n";
            String bigger = line + "X-Big: " + "a".repeat(200_000) + "\r\n\r\n";
            for (int i = 0; i < count; i++) {
                Peer peer = front.open();
                try {
                    peer.send(i % 2 == 0 ? head : bigger);
                } catch (IOException e) {
                    // It may be refused before all of it is sent.
                }
                front.count(peer.status());
            }
        };
    }

    /** A receive that waits, and behind it, on the same connection, as many requests as it takes. */
    public static Attack pipelines(int count, int requests, Duration time) {
        return front -> {
            String request = "GET " + QUIET + " HTTP/1.1\r\nHost: localhost\r\nX-Fill: " + "a".repeat(500) + "\r\n\r\n";
            String hundred = request.repeat(100);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Peer peer = front.open().post(QUIET + "/receive", "{\"max\":1,\"wait\":\"60s\"}");
                threads.add(background(() -> {
                    for (int sent = 0; sent < requests; sent += 100) {
                        peer.send(hundred);
                    }
                    front.count("all taken");
                }));
            }
            front.hold(time);
            front.count("connections");
            threads.forEach(Thread::interrupt);
        };
    }

    /** Connections that come and go at once, some in order, some with a reset. */
    public static Attack churn(int count) {
        return front -> {
            for (int i = 0; i < count; i++) {
                Peer peer = front.open();
                if (i % 3 == 0) {
                    peer.get(QUIET + "/stream");
                } else if (i % 3 == 1) {
                    peer.send("GET " + QUIET);
                }
                if (i % 2 == 0) {
                    peer.reset();
                } else {
                    peer.close();
                }
            }
            front.count("connected");
        };
    }

    /** Streams and sockets with more credit than they read. */
    public static Attack stoppedReaders(int count, String queue, Duration time) {
        return front -> {
            for (int i = 0; i < count; i++) {
                if (i % 2 == 0) {
                    front.openNarrow().get("/v1/queues/" + queue + "/stream?credit=10000");
                } else {
                    front.openNarrow()
                            .upgrade()
                            .text("{\"type\":\"subscribe\",\"id\":\"s\",\"queue\":\"" + queue
                                    + "\",\"credit\":1000000000}");
                }
            }
            front.hold(time);
            front.count("held");
        };
    }

    /** Answers to peeks and receives that nobody reads. */
    public static Attack unreadAnswers(int count, String call, Map<String, String> bodies, Duration time) {
        return front -> {
            for (int i = 0; i < count; i++) {
                Peer peer = front.openNarrow();
                if (bodies.isEmpty()) {
                    peer.get(call);
                } else {
                    peer.post(call, bodies.get("body"));
                }
            }
            front.hold(time);
            front.count("held");
        };
    }

    /** A step that may fail because the broker ends the connection. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    static Thread background(Step step) {
        Thread thread = new Thread(() -> {
            try {
                step.run();
            } catch (IOException e) {
                // The connection was closed, by the broker or at the end of the attack.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}

package dev.postrider.system.hostile;

import dev.postrider.system.hostile.Siege.Attack;
import dev.postrider.system.hostile.Siege.Result;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All attacks, at the size of the long run. */
public final class Sieges {
    private static final int BIG_MESSAGES = 150;
    private static final int BIG_BYTES = 1_000_000;

    private Sieges() {}

    /** The attacks by their names, in the order in which they are run. */
    static Map<String, Attack> all() {
        Map<String, Attack> all = new LinkedHashMap<>();
        Duration short10 = Duration.ofSeconds(10);
        Duration slow = Duration.ofSeconds(45);
        all.put("idle-streams", ConnectionAttacks.idleStreams(5_000, short10));
        all.put("idle-sockets", ConnectionAttacks.idleSockets(5_000, short10));
        all.put("long-polls", ConnectionAttacks.longPolls(10_000, Duration.ofSeconds(30)));
        all.put("churn", ConnectionAttacks.churn(20_000));
        all.put("slow-headers", ConnectionAttacks.slowHeaders(500, slow));
        all.put("slow-bodies", ConnectionAttacks.slowBodies(500, "/ack", slow));
        all.put("slow-lines", ConnectionAttacks.slowLines(500, slow));
        all.put("unfinished-headers", ConnectionAttacks.unfinishedHeaders(2_000, Duration.ofSeconds(40)));
        all.put("giant-headers", ConnectionAttacks.giantHeaders(1_000));
        all.put("unfinished-bodies", ConnectionAttacks.unfinishedBodies(500, short10));
        all.put("unfinished-frames", PayloadAttacks.unfinishedFrames(40, short10));
        all.put("endless-fragments", PayloadAttacks.endlessFragments(40, short10));
        all.put("pipelines", ConnectionAttacks.pipelines(20, 50_000, short10));
        all.put("bad-documents", PayloadAttacks.badDocuments(5));
        all.put("bad-addresses", PayloadAttacks.badAddresses(50));
        all.put("bad-frames", PayloadAttacks.badFrames(20));
        all.put("bad-commands", PayloadAttacks.badCommands(20));
        all.put("publish-flood", PayloadAttacks.publishFlood(100, short10));
        all.put("batch-flood", PayloadAttacks.batchFlood(24, short10));
        all.put("frame-flood", PayloadAttacks.frameFlood(40, short10));
        all.put("stopped-readers", ConnectionAttacks.stoppedReaders(100, "big", Duration.ofSeconds(60)));
        all.put(
                "unread-peeks",
                ConnectionAttacks.unreadAnswers(20, "/v1/queues/big/messages?limit=1000", Map.of(), short10));
        all.put(
                "unread-receives",
                ConnectionAttacks.unreadAnswers(
                        20,
                        "/v1/queues/big/receive",
                        Map.of("body", "{\"max\":1000,\"wait\":\"1s\",\"lease\":\"5s\"}"),
                        short10));
        return all;
    }

    /** Runs those with the given names, or all if there are none. */
    public static List<Result> run(Siege siege, BrokerProcess broker, Set<String> names) throws Exception {
        BrokerApi api = broker.api();
        api.putQueue("quiet", "{}");
        api.putQueue("flood", "{}");
        api.putQueue("big", "{\"lease\":\"5s\",\"maxAttempts\":1000}");
        List<Result> results = new ArrayList<>();
        boolean filled = false;
        for (Map.Entry<String, Attack> attack : all().entrySet()) {
            if (!names.isEmpty() && !names.contains(attack.getKey())) {
                continue;
            }
            if (!filled
                    && List.of("stopped-readers", "unread-peeks", "unread-receives")
                            .contains(attack.getKey())) {
                filled = true;
                String text = "x".repeat(BIG_BYTES);
                for (int i = 0; i < BIG_MESSAGES; i++) {
                    api.publish("big", text, Map.of()).expect(201);
                }
            }
            results.add(siege.run(attack.getKey(), attack.getValue()));
        }
        return results;
    }
}

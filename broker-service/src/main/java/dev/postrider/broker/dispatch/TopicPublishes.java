package dev.postrider.broker.dispatch;

import dev.postrider.broker.BrokerException;
import dev.postrider.broker.event.BrokerListener;
import dev.postrider.broker.store.Admitted;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The publishes to topics among those of a commit: by which routes they go, whether these still hold, and which queue
 * gets which message. Used by one round, on the broker's event loop.
 */
final class TopicPublishes {
    /** As they were when the transaction was asked for their versions. */
    private final Map<Topic, TopicRoutes> asked = new LinkedHashMap<>();

    private final Map<Topic, Fanout> fanouts = new HashMap<>();
    private final Set<Topic> misrouted = new LinkedHashSet<>();
    private final Map<QueueDispatcher, Integer> copies = new LinkedHashMap<>();

    /**
     * A message on its way to those of a topic's queues that take it.
     *
     * @param message as it is stored
     * @param refusedBy positions of the queues that do not; null: all do
     * @param position in its publish
     */
    record Copied(MessageRecord message, BitSet refusedBy, int position) {
        boolean isWantedBy(Fanout fanout) {
            int queues = fanout.queues().size();
            return fanout.retains() || (refusedBy == null ? queues > 0 : refusedBy.cardinality() < queues);
        }
    }

    void ask(Topic topic) {
        asked.putIfAbsent(topic, topic.routes());
    }

    /** Ids of the topics. */
    List<Integer> ids() {
        return asked.isEmpty()
                ? List.of()
                : asked.values().stream()
                        .map(routes -> routes.topic().id())
                        .distinct()
                        .toList();
    }

    /** False: for some topic other routes hold than are known here, and nothing may be stored by these. */
    boolean hold(Admitted admitted) {
        fanouts.clear();
        misrouted.clear();
        copies.clear();
        asked.forEach((topic, routes) -> {
            Long version = admitted.topicVersions().get(routes.topic().id());
            Optional<List<QueueDispatcher>> queues = topic.queues(routes);
            if (version != null && version == routes.topic().version() && queues.isPresent()) {
                fanouts.put(topic, new Fanout(routes.topic(), queues.get()));
            } else {
                misrouted.add(topic);
            }
        });
        return misrouted.isEmpty();
    }

    boolean isMisrouted() {
        return !misrouted.isEmpty();
    }

    /** Reads the routes again that do not hold; never fails. Answers why where that was in vain. */
    Future<Map<Topic, BrokerException>> reroute() {
        Map<Topic, BrokerException> failures = new HashMap<>();
        List<Future<?>> reloads = new ArrayList<>();
        for (Topic topic : misrouted) {
            reloads.add(topic.reload().onFailure(e -> failures.put(topic, reason(e))));
        }
        return Future.join(reloads).transform(done -> Future.succeededFuture(failures));
    }

    private static BrokerException reason(Throwable e) {
        return e instanceof BrokerException known
                ? known
                : new BrokerException(ProblemCode.INTERNAL_ERROR, "The topic cannot be read", e);
    }

    Fanout fanout(Topic topic) {
        return fanouts.get(topic);
    }

    /** Messages of a publish that have no answer yet, as they are stored: with their topic, and with a chosen id. */
    List<Copied> copies(PendingPublish publish, String[] chosen, PublishedIds.Run[] answer) {
        List<Copied> copies = new ArrayList<>(answer.length);
        for (int i = 0; i < answer.length; i++) {
            if (answer[i] == null) {
                MessageRecord given = publish.messages().get(i);
                MessageRecord.Builder builder =
                        given.toBuilder().topic(publish.topic().name());
                if (chosen != null && chosen[i] != null && given.id() == null) {
                    builder.id(chosen[i]);
                }
                MessageRecord message = builder.build();
                copies.add(new Copied(message, asked.get(publish.topic()).refusing(message), i));
            }
        }
        return copies;
    }

    /**
     * Counts messages for the topic's queues; answers one that has no room for them, and then counts none; null: all
     * have.
     */
    QueueDispatcher admit(Topic topic, List<Copied> messages, QueueRoom room) {
        List<QueueDispatcher> queues = fanout(topic).queues();
        int[] counts = new int[queues.size()];
        long[] bytes = new long[queues.size()];
        for (int i = 0; i < counts.length; i++) {
            for (Copied copied : messages) {
                if (copied.refusedBy() == null || !copied.refusedBy().get(i)) {
                    counts[i]++;
                    bytes[i] += PendingPublish.bytesOf(copied.message());
                }
            }
            if (!room.fits(queues.get(i), counts[i], bytes[i])) {
                return queues.get(i);
            }
        }
        for (int i = 0; i < counts.length; i++) {
            room.take(queues.get(i), counts[i], bytes[i]);
            copies.merge(queues.get(i), counts[i], Integer::sum);
        }
        return null;
    }

    void announcePublished(BrokerListener listener) {
        fanouts.keySet().forEach(topic -> topic.retained(asked.get(topic)));
        copies.forEach((queue, count) -> {
            if (count > 0) {
                listener.published(queue.definition().name(), count);
            }
        });
    }
}

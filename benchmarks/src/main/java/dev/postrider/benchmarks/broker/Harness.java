package dev.postrider.benchmarks.broker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** No broker at all: queues in this program's memory, to see what the load generator itself takes and delays. */
final class Harness implements BrokerKind {

    @Override
    public String name() {
        return "harness";
    }

    @Override
    public String title() {
        return "(the harness alone)";
    }

    @Override
    public String durability() {
        return "memory";
    }

    @Override
    public boolean syncs() {
        return false;
    }

    @Override
    public String missing() {
        return null;
    }

    @Override
    public Broker start(Path directory) {
        return new Running();
    }

    private static final class Running implements Broker {
        private final Map<String, BlockingQueue<byte[]>> queues = new ConcurrentHashMap<>();

        @Override
        public String version() {
            return "";
        }

        @Override
        public void createQueue(String queue, int consumers, Consumption consumption) {
            queues.put(queue, new LinkedBlockingQueue<>());
        }

        @Override
        public void deleteQueue(String queue) {
            queues.remove(queue);
        }

        @Override
        public Connection connect(Aim aim) {
            return new Client(queues);
        }

        @Override
        public void close() {
            queues.clear();
        }
    }

    private static final class Client implements Connection {
        private final Map<String, BlockingQueue<byte[]>> queues;
        private final List<Polling> consumers = new ArrayList<>();

        Client(Map<String, BlockingQueue<byte[]>> queues) {
            this.queues = queues;
        }

        @Override
        public Producer producer(String contentType, Answers answers) {
            return (queue, body) -> {
                queues.get(queue).add(body);
                answers.stored(1);
            };
        }

        @Override
        public void consume(List<String> names, Consumption consumption, Deliveries deliveries) {
            for (String name : names) {
                BlockingQueue<byte[]> queue = queues.get(name);
                consumers.add(new Polling(() -> take(queue, deliveries), deliveries, 0));
            }
        }

        private static boolean take(BlockingQueue<byte[]> queue, Deliveries deliveries) throws InterruptedException {
            byte[] body = queue.poll(100, TimeUnit.MILLISECONDS);
            if (body != null) {
                deliveries.received(body);
                deliveries.settled(1);
            }
            return body != null;
        }

        @Override
        public void close() {
            consumers.forEach(Polling::close);
        }
    }
}

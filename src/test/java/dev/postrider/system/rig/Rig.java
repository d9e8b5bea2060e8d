package dev.postrider.system.rig;

import dev.postrider.system.load.Fleet;
import dev.postrider.system.process.BrokerApi;
import dev.postrider.system.process.BrokerProcess;
import dev.postrider.system.process.Eventually;
import dev.postrider.system.process.RunningPrograms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Several brokers on one PostgreSQL cluster, with a proxy between each broker and each server. All is started and
 * harmed from one thread: the processes die with it.
 */
public final class Rig implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofSeconds(120);

    private final PostgresCluster cluster;
    private final List<BrokerProcess> brokers = new ArrayList<>();
    private final List<Network> networks = new ArrayList<>();

    private Rig(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    /** Starts them all; {@code programs} owns them. */
    public static Rig start(RunningPrograms programs, int brokerCount) {
        Rig rig = programs.closing(new Rig(programs.closing(PostgresCluster.start(programs.next("cluster")))));
        for (int i = 0; i < brokerCount; i++) {
            Network network = new Network(rig.cluster);
            BrokerProcess broker =
                    programs.broker().onDatabase(rig.cluster.account().url(network.addresses()));
            rig.networks.add(network);
            rig.brokers.add(broker);
            broker.launch();
        }
        rig.awaitReady();
        return rig;
    }

    /** The way from one broker to the database servers. */
    static final class Network implements AutoCloseable {
        private final List<Proxy> proxies;

        Network(PostgresCluster cluster) {
            proxies = cluster.servers().stream()
                    .map(server -> new Proxy(server.port()))
                    .toList();
        }

        List<String> addresses() {
            return proxies.stream().map(Proxy::address).toList();
        }

        void cut() {
            proxies.forEach(Proxy::cut);
        }

        void blackHole() {
            proxies.forEach(Proxy::blackHole);
        }

        void swallowReplies() {
            proxies.forEach(Proxy::swallowReplies);
        }

        void delay(Duration time) {
            proxies.forEach(proxy -> proxy.delay(time));
        }

        void heal() {
            proxies.forEach(Proxy::heal);
        }

        @Override
        public void close() {
            proxies.forEach(Proxy::close);
        }
    }

    public PostgresCluster cluster() {
        return cluster;
    }

    public int size() {
        return brokers.size();
    }

    public BrokerProcess broker(int index) {
        return brokers.get(index);
    }

    Network network(int broker) {
        return networks.get(broker);
    }

    List<Network> networks() {
        return networks;
    }

    /** Those of {@code kinds} that can be done on this machine. */
    public List<FaultKind> possible(List<FaultKind> kinds) {
        return kinds.stream().filter(kind -> Faults.isPossible(this, kind)).toList();
    }

    /** Does the harm of {@code step} and returns when its cause is gone. */
    public void strike(Plan.Step step) {
        Faults.strike(this, step).afterwards().run();
    }

    /** Waits until every broker takes traffic. */
    public void awaitReady() {
        brokers.forEach(broker -> broker.awaitReady(READY_LIMIT));
    }

    /** Makes the queue, wherever it is made. */
    public void putQueue(String queue, String settings) {
        Eventually.that("queue " + queue + " is made", Duration.ofSeconds(60), () -> {
            brokers.get(0).api().putQueue(queue, settings);
            return true;
        });
    }

    /** Puts clients to work on {@code queue}; close them before this. */
    public Fleet load(String queue, Fleet.Temper temper) {
        List<BrokerApi> apis = brokers.stream().map(BrokerProcess::api).toList();
        return Fleet.start(apis, queue, temper);
    }

    @Override
    public void close() {
        networks.forEach(Network::close);
    }
}

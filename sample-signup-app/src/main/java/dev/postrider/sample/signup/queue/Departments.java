package dev.postrider.sample.signup.queue;

import dev.postrider.client.PostriderClient;
import dev.postrider.client.QueueInfo;
import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.purchase.Department;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The departments' workers, and how many copies wait for each. Nothing here waits for the broker to be there. */
@ApplicationScoped
public class Departments {
    private static final Logger LOG = Logger.getLogger(Departments.class);
    private static final long REFRESH_MILLIS = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(8);

    private final Vertx vertx;
    private final PostriderClient client;
    private final PurchaseTopic topic;
    private final boolean enabled;
    private final Map<Department, DepartmentWorker> workers = new EnumMap<>(Department.class);
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private volatile List<DepartmentStatus> figures;
    private long timer;

    Departments(
            Vertx vertx,
            PostriderClient client,
            PurchaseTopic topic,
            PurchaseHandler handler,
            SignupSettings settings) {
        this.vertx = vertx;
        this.client = client;
        this.topic = topic;
        this.enabled = settings.queue().enabled();
        Stream.of(Department.values())
                .forEach(department -> workers.put(department, new DepartmentWorker(department, client, handler)));
        this.figures = Stream.of(Department.values())
                .map(department -> new DepartmentStatus(department, true, 0, 0))
                .collect(Collectors.toList());
    }

    /** One for each department, in their order; the figures are at most some seconds old. */
    public List<DepartmentStatus> status() {
        return figures.stream()
                .map(figure -> figure.withOn(workers.get(figure.department()).isOn()))
                .collect(Collectors.toList());
    }

    /** Starts or stops a department's worker; completes when it has come to rest. */
    public Uni<Void> turn(Department department, boolean on) {
        if (on) {
            workers.get(department).turnOn();
            return Uni.createFrom().voidItem();
        }
        return workers.get(department).turnOff();
    }

    void start(@Observes StartupEvent event) {
        if (enabled) {
            timer = vertx.setPeriodic(1, REFRESH_MILLIS, ignored -> refresh());
        }
    }

    // Before the relay and the client: what the workers hold goes back while the broker can still be reached.
    void stop(@Observes @Priority(1) ShutdownEvent event) {
        if (enabled) {
            vertx.cancelTimer(timer);
            Uni.join()
                    .all(workers.values().stream()
                            .map(DepartmentWorker::turnOff)
                            .collect(Collectors.toList()))
                    .andFailFast()
                    .await()
                    .atMost(STOP_PATIENCE);
        }
    }

    private void refresh() {
        if (refreshing.compareAndSet(false, true)) {
            ask().ifNoItem()
                    .after(PATIENCE)
                    .fail()
                    .onTermination()
                    .invoke(() -> refreshing.set(false))
                    .subscribe()
                    .with(latest -> figures = latest, this::lost);
        }
    }

    private Uni<List<DepartmentStatus>> ask() {
        return topic.subscribe().invoke(this::begin).chain(() -> Multi.createFrom()
                .items(Department.values())
                .onItem()
                .transformToUniAndConcatenate(
                        department -> client.queue(department.queue()).map(info -> status(department, info)))
                .collect()
                .asList());
    }

    private void begin() {
        workers.values().forEach(DepartmentWorker::queueIsThere);
    }

    private void lost(Throwable failure) {
        LOG.debugf("The departments' queues are out of reach: %s", failure.getMessage());
        topic.forget();
    }

    private static DepartmentStatus status(Department department, QueueInfo info) {
        QueueInfo.Stats stats = info.stats();
        return new DepartmentStatus(
                department, true, stats.ready() + stats.inFlight() + stats.scheduled(), stats.deadLettered());
    }
}

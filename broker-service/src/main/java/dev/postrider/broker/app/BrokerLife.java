package dev.postrider.broker.app;

import dev.postrider.broker.maintenance.Maintenance;
import dev.postrider.broker.maintenance.MaintenanceSettings;
import dev.postrider.broker.maintenance.Timekeeper;
import dev.postrider.broker.store.BrokerRegistry;
import dev.postrider.broker.store.postgres.Migrations;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServerStart;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Starts and stops the broker in order. It joins the others only once it listens: who owns the port may take over
 * from a predecessor at the same address.
 */
@Singleton
final class BrokerLife {
    private static final Logger LOG = Logger.getLogger(BrokerLife.class);
    private static final long DATABASE_WAIT_SECONDS = 300;
    private static final long DATABASE_RETRY_SECONDS = 1;
    private static final long DRAIN_SECONDS = 10;

    private final BrokerParts parts;
    private final BrokerConfiguration configuration;
    private final MaintenanceSettings maintenanceSettings;
    private final Timekeeper timekeeper;
    private final LastAddress lastAddress;
    private Maintenance maintenance;

    BrokerLife(BrokerParts parts, BrokerConfiguration configuration) {
        this.parts = parts;
        this.configuration = configuration;
        this.maintenanceSettings = Settings.read(
                "postrider.broker",
                () -> new MaintenanceSettings(
                        configuration.heartbeat().toMillis(),
                        configuration.silence().toMillis(),
                        MaintenanceSettings.DEFAULTS.pollMillis(),
                        MaintenanceSettings.DEFAULTS.turnMillis(),
                        MaintenanceSettings.DEFAULTS.sweepMillis()));
        this.timekeeper = new Timekeeper(
                parts.broker(), parts.scheduleService(), parts.storage().schedules(), parts.loop());
        this.lastAddress =
                new LastAddress(configuration.addressFile().map(Path::of).orElse(null));
    }

    void migrate(@Observes StartupEvent event) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DATABASE_WAIT_SECONDS);
        while (true) {
            try {
                Migrations.run(parts.url());
                return;
            } catch (RuntimeException e) {
                if (!Migrations.isWorthRetrying(e) || System.nanoTime() > deadline) {
                    throw e;
                }
                LOG.warnf("The database is not there yet: %s", e.getMessage());
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(DATABASE_RETRY_SECONDS));
            }
        }
    }

    void join(@ObservesAsync HttpServerStart started) {
        String address = configuration.address().orElseGet(() -> addressOf(started.options()));
        maintenance = new Maintenance(
                parts.broker(),
                new Maintenance.Stores(
                        parts.storage().messages(),
                        parts.storage().brokers(),
                        parts.storage().maintenance(),
                        parts.storage().wakeSignals()),
                parts.loop(),
                maintenanceSettings,
                address);
        Maintenance joining = maintenance;
        supersede(address)
                .compose(none -> joining.start())
                .onFailure(e -> LOG.error("The broker could not join the others", e));
        timekeeper.start();
    }

    /**
     * Frees at once what a broker held that was killed on this data directory at another address; one at the same is
     * superseded by joining.
     */
    private Future<Void> supersede(String address) {
        Optional<String> other = lastAddress.read().filter(last -> !last.equals(address));
        lastAddress.write(address);
        BrokerRegistry brokers = parts.storage().brokers();
        return other.map(last -> brokers.join(last, true)
                        .compose(inItsPlace -> brokers.leave(inItsPlace.id()))
                        .otherwiseEmpty())
                .orElseGet(Future::succeededFuture);
    }

    private static String addressOf(HttpServerOptions options) {
        String host = options.getHost();
        if ("0.0.0.0".equals(host) || "::".equals(host)) {
            try {
                host = InetAddress.getLocalHost().getHostAddress();
            } catch (UnknownHostException e) {
                throw new IllegalStateException("The host does not know its address; set postrider.broker.address", e);
            }
        }
        // A port that the system chose is not in the options, but Quarkus sets the property to it.
        int port = options.getPort() > 0 ? options.getPort() : Integer.getInteger("quarkus.http.port", 0);
        return host + ":" + port;
    }

    /** Comes before the server stops listening, so that streams are told why they end. */
    void leaveInTime(@Observes ShutdownDelayInitiatedEvent event) {
        leave();
    }

    /** Where there is no delay phase: development and tests. */
    void leaveAtLast(@Observes ShutdownEvent event) {
        leave();
    }

    private void leave() {
        Maintenance leaving = maintenance;
        if (leaving == null) {
            return;
        }
        maintenance = null;
        timekeeper.stop();
        try {
            leaving.stop()
                    .compose(none -> parts.storage().close())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(DRAIN_SECONDS, TimeUnit.SECONDS);
            lastAddress.remove();
        } catch (TimeoutException | ExecutionException e) {
            LOG.warnf("The broker did not leave in order; the others will free what it held: %s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

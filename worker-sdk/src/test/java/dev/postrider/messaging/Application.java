package dev.postrider.messaging;

import io.smallrye.config.Config;
import io.smallrye.config.inject.ConfigExtension;
import io.smallrye.reactive.messaging.providers.AbstractMediator;
import io.smallrye.reactive.messaging.providers.extension.HealthCenter;
import io.smallrye.reactive.messaging.providers.extension.ReactiveMessagingExtension;
import java.util.Map;
import java.util.Set;
import org.jboss.weld.bootstrap.spi.BeanDiscoveryMode;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.environment.se.WeldContainer;

/**
 * A CDI application with reactive messaging, the connector and beans, started and stopped by a test. One at a time:
 * what it is configured with, beyond the channels of {@code microprofile-config.properties}, are system properties.
 */
final class Application implements AutoCloseable {
    private final WeldContainer container;
    private final Set<String> properties;

    private Application(WeldContainer container, Set<String> properties) {
        this.container = container;
        this.properties = properties;
    }

    /** Starts one; {@code settings} are its configuration. */
    static Application started(Map<String, String> settings, Class<?>... beans) {
        settings.forEach(System::setProperty);
        // The first to ask makes it; the container only looks for it.
        Config.getOrCreate();
        Weld weld = new Weld()
                .disableDiscovery()
                .setBeanDiscoveryMode(BeanDiscoveryMode.ANNOTATED)
                .addPackages(true, AbstractMediator.class.getPackage())
                .extensions(new ConfigExtension(), new ReactiveMessagingExtension())
                .addBeanClasses(PostriderConnector.class, PostriderMessageConverter.class)
                .addBeanClasses(beans);
        try {
            return new Application(weld.initialize(), settings.keySet());
        } catch (RuntimeException e) {
            settings.keySet().forEach(System::clearProperty);
            throw e;
        }
    }

    <T> T bean(Class<T> type) {
        return container.select(type).get();
    }

    boolean isReady() {
        return bean(HealthCenter.class).getReadiness().isOk();
    }

    boolean isAlive() {
        return bean(HealthCenter.class).getLiveness().isOk();
    }

    @Override
    public void close() {
        container.close();
        properties.forEach(System::clearProperty);
    }
}

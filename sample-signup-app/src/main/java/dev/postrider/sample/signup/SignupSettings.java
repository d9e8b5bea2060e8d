package dev.postrider.sample.signup;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What can be configured, as {@code signup.*} properties or {@code SIGNUP_*} environment variables. */
@ConfigMapping(prefix = "signup")
public interface SignupSettings {
    /** What links in mails start with. */
    String publicUrl();

    /** Whether the pages show the switches, the inbox and the dead letters. */
    @WithDefault("true")
    boolean demo();

    /** How long a mailed link works. */
    @WithDefault("24h")
    Duration linkLifetime();

    /** Where the data is. */
    Database database();

    /** The mail's way out. */
    Smtp smtp();

    /** The queue between sign-up and mail. */
    Queue queue();

    /** The topic of purchases. */
    Purchases purchases();

    /** Timeouts of the SMTP client, and the server inside. */
    interface Smtp {
        /** Port of the server inside; 0 if a real server is used. */
        @WithDefault("0")
        int localPort();

        /** How long a worker waits for the mail server before the attempt has failed. */
        @WithDefault("3s")
        Duration workerTimeout();

        /** How long a sign-up without the queue waits for the mail server. */
        @WithDefault("10s")
        Duration synchronousTimeout();
    }

    /** Set before the application starts, by whoever starts the database. */
    interface Database {
        /** As {@code SIGNUP_DATABASE_URL} has it. */
        String url();
    }

    /** The queue's name and the settings that the app gives it. */
    interface Queue {
        /** Whether relay and worker run. */
        @WithDefault("true")
        boolean enabled();

        @WithDefault("activation-mails")
        String name();

        /** The queue that hears of activations. */
        @WithDefault("account-activations")
        String activations();

        @WithDefault("5")
        int maxAttempts();

        @WithDefault("1s")
        Duration initialDelay();

        @WithDefault("2.0")
        double multiplier();

        @WithDefault("1m")
        Duration maxDelay();

        @WithDefault("4")
        int concurrency();
    }

    /** Where purchases are published; the queues that get copies are named after the departments. */
    interface Purchases {
        @WithDefault("purchases")
        String topic();
    }
}

package dev.postrider.broker.store.postgres;

import dev.postrider.broker.store.Await;

/** A synchronous standby that never is there, which the test server waits for or not. */
final class Standby {
    static final String HANGING =
            "select count(*) from pg_stat_activity" + " where datname = current_database() and wait_event = 'SyncRep'";

    private Standby() {}

    /** From now on no commit is answered. */
    static void lose(DatabaseUrl url) {
        set(url, "nobody");
    }

    /** From now on commits are answered, the waiting ones too. */
    static void find(DatabaseUrl url) {
        set(url, "");
        Await.until(() -> TestServer.query(url, HANGING), "0"::equals);
    }

    static void awaitHanging(DatabaseUrl url, int sessions) {
        Await.until(() -> TestServer.query(url, HANGING), Integer.toString(sessions)::equals);
    }

    private static void set(DatabaseUrl url, String name) {
        TestServer.execute(url, "alter system set synchronous_standby_names = '" + name + "'");
        TestServer.execute(url, "select pg_reload_conf()");
        Await.until(() -> TestServer.query(url, "show synchronous_standby_names"), name::equals);
    }
}

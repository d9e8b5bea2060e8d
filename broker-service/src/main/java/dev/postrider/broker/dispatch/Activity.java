package dev.postrider.broker.dispatch;

/**
 * What is on its way to the database, and whether an answer was lost: then the database may hold deliveries for this
 * broker that it does not know of. Runs on the broker's event loop.
 */
final class Activity {
    private int underWay;
    private long begun;
    private long lostAnswers;

    void begin() {
        underWay++;
        begun++;
    }

    void end(boolean answered) {
        underWay--;
        if (!answered) {
            lostAnswers++;
        }
    }

    /** True if nothing is on its way, so that the database's account and ours must agree. */
    boolean isQuiet() {
        return underWay == 0;
    }

    /** Grows with everything that begins. */
    long begun() {
        return begun;
    }

    /** Grows with every answer that did not come. */
    long lostAnswers() {
        return lostAnswers;
    }
}

package dev.postrider.client.internal.session;

/** Work that many reasons ask for and that is done once, after the loop's present turn. */
final class Coalesced {
    private final EventLoop loop;
    private final Runnable work;
    private boolean due;

    Coalesced(EventLoop loop, Runnable work) {
        this.loop = loop;
        this.work = work;
    }

    void schedule() {
        if (due) {
            return;
        }
        due = true;
        loop.later(this::run);
    }

    private void run() {
        due = false;
        work.run();
    }
}

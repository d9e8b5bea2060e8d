package dev.postrider.sample.signup.queue;

import jakarta.enterprise.context.ApplicationScoped;

/** Whether sign-ups use the queue. Only there to show what a sign-up without one is like. */
@ApplicationScoped
public class QueueSwitch {
    private volatile boolean on = true;

    public boolean isOn() {
        return on;
    }

    public void turn(boolean on) {
        this.on = on;
    }
}

package dev.postrider.sample.signup.queue;

import jakarta.enterprise.context.ApplicationScoped;

/** Knows how the queue is doing, without asking while somebody waits. */
@ApplicationScoped
public class QueueWatch {
    private volatile QueueStatus status = QueueStatus.unknown();

    public QueueStatus status() {
        return status;
    }
}

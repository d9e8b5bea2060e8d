package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.queue.QueueStatus;

/**
 * The controls as they are shown.
 *
 * @param demo whether there are any
 * @param mailServer the mode of the mail server inside; {@code external} if a real one is used
 */
record ControlsView(boolean demo, String mailServer, boolean queueOn, QueueStatus queue) {
    public boolean isLocalMailServer() {
        return !"external".equals(mailServer);
    }

    public boolean isQueueOff() {
        return !queueOn;
    }

    public boolean isInbox() {
        return demo && isLocalMailServer();
    }

    /** What the controls mean together, in a sentence. */
    public String summary() {
        String connection = queue.connected() ? "" : " The broker does not answer: mail orders wait in the outbox.";
        return (queueOn ? withQueue() + connection : withoutQueue()).strip();
    }

    private String withQueue() {
        return mailServerFails()
                ? "Sign-ups are instant. Mails are retried with growing pauses, then set aside as dead letters."
                : "Sign-ups are instant. A worker takes each mail from the queue and sends it.";
    }

    private String withoutQueue() {
        return mailServerFails()
                ? "Every sign-up waits for the mail server, up to ten seconds, and then its mail is lost."
                : "Every sign-up waits until its mail is sent.";
    }

    private boolean mailServerFails() {
        return "hanging".equals(mailServer) || "refusing".equals(mailServer);
    }
}

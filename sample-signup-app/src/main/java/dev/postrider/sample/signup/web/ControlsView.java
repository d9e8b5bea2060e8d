package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.queue.DepartmentStatus;
import dev.postrider.sample.signup.queue.QueueStatus;
import java.util.List;

/**
 * The controls as they are shown.
 *
 * @param demo whether there are any
 * @param mailServer the mode of the mail server inside; {@code external} if a real one is used
 */
record ControlsView(
        boolean demo, String mailServer, boolean queueOn, QueueStatus queue, List<DepartmentStatus> departments) {
    ControlsView {
        departments = List.copyOf(departments);
    }

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

    /** The same for the pages of purchases. */
    public String purchaseSummary() {
        if (!queue.connected()) {
            return "The broker does not answer: purchases are confirmed all the same and wait in the outbox.";
        }
        return departments.stream().allMatch(DepartmentStatus::on)
                ? "A purchase is confirmed at once. Each queue gets a copy, and each worker goes at its own pace."
                : "A worker is stopped. Its queue keeps the copies, and the others go on.";
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

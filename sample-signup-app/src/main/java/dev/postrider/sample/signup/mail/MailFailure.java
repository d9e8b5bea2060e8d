package dev.postrider.sample.signup.mail;

import io.smallrye.mutiny.TimeoutException;
import io.vertx.ext.mail.SMTPException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;

/** The mail could not be sent. The message is a sentence for people; it names no host and no address. */
public final class MailFailure extends RuntimeException {
    private final boolean permanent;

    private MailFailure(String message, boolean permanent, Throwable cause) {
        super(message, cause);
        this.permanent = permanent;
    }

    /** Whether trying again is no use: the mail server has refused the mail for good. */
    public boolean isPermanent() {
        return permanent;
    }

    static MailFailure of(Throwable cause, Duration timeout) {
        if (cause instanceof TimeoutException) {
            return new MailFailure("The mail server did not answer within " + inSeconds(timeout) + ".", false, cause);
        }
        if (cause instanceof ConnectException) {
            return new MailFailure("The mail server refused the connection.", false, cause);
        }
        if (cause instanceof SMTPException) {
            return refused((SMTPException) cause);
        }
        if (cause instanceof IOException || cause.getClass().getName().startsWith("io.vertx.")) {
            return new MailFailure("The connection to the mail server broke.", false, cause);
        }
        return new MailFailure("The mail could not be sent: " + cause.getMessage(), false, cause);
    }

    private static MailFailure refused(SMTPException cause) {
        return cause.isPermanent()
                ? new MailFailure(
                        "The mail server refused the mail for good (" + cause.getReplyCode() + ").", true, cause)
                : new MailFailure("The mail server put the mail off (" + cause.getReplyCode() + ").", false, cause);
    }

    private static String inSeconds(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}

package dev.postrider.sample.signup.journey;

/** What can happen to an account's mail. */
public enum JourneyFact {
    /** The account and the mail's order were stored in one transaction. */
    QUEUED,
    /** The account was stored, and the mail is sent while the browser waits. */
    UNQUEUED,
    /** The broker has the mail's order. */
    PUBLISHED,
    /** The browser had its answer. */
    ANSWERED,
    /** An attempt to send has begun. */
    ATTEMPTED,
    /** An attempt has failed, and there is another one to come. */
    RETRYING,
    /** The mail server accepted the mail. */
    SENT,
    /** The last attempt has failed, or the mail cannot be sent at all: the queue has set it aside. */
    DEAD_LETTERED,
    /** Somebody sent the dead letter back to work. */
    REDRIVEN,
    /** An attempt without the queue has failed: nobody will try again. */
    LOST,
    /** The link was followed. */
    ACTIVATED,
    /** Another part of the application has heard of the activation. */
    WELCOMED
}

package dev.postrider.sample.signup.purchase;

/** What can happen to a purchase, or to one department's copy of it. */
public enum PurchaseFact {
    /** The buyer had the confirmation. */
    CONFIRMED,
    /** The broker has the message: every subscribed queue owes it. */
    PUBLISHED,
    /** A worker has got the copy. */
    DELIVERED,
    /** The worker has failed, and the copy will come again. */
    RETRYING,
    /** The worker has done its part. */
    DONE,
    /** The last attempt has failed, or trying is no use: the queue has set the copy aside. */
    DEAD_LETTERED
}

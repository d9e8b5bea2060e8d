package dev.postrider.sample.signup.queue;

import java.util.UUID;

/** The message names a purchase that is not there. Trying again is no use. */
final class UnknownPurchaseException extends RuntimeException {
    UnknownPurchaseException(UUID purchaseId) {
        super("There is no purchase " + purchaseId);
    }
}

package dev.postrider.sample.signup.purchase;

import java.util.UUID;

/** The message on the topic: what was bought. Name and address stay in the shop's own table. */
public record PurchaseMade(UUID purchaseId, String article) {
    /** The message's type. */
    public static final String TYPE = "purchase-made";

    /** The application header by which subscriptions tell goods from files: {@code true} or {@code false}. */
    public static final String GOODS_HEADER = "goods";
}

package dev.postrider.sample.signup.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** The secret of an activation link: 256 random bits. Only its hash is stored. */
public record ActivationToken(String text) {
    private static final int RANDOM_BYTES = 32;
    private static final int TEXT_LENGTH_MAX = 64;
    private static final SecureRandom RANDOM = new SecureRandom();

    static ActivationToken random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return new ActivationToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    boolean isPlausible() {
        return !text.isEmpty() && text.length() <= TEXT_LENGTH_MAX;
    }

    // A fast hash is enough for a secret with 256 bits of entropy: there is nothing to guess.
    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "ActivationToken[hidden]";
    }
}

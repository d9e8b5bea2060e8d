package dev.postrider.worker;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Writes failures as the reasons that stay with messages. */
final class Causes {
    /** A reason is for people who look at a dead letter, not a place for stack traces. */
    static final int REASON_BYTES_MAX = 1_024;

    private Causes() {}

    /** Takes off the wrappings of asynchronous calls. */
    static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The text of a failure, or its class if it has none. */
    static String text(Throwable failure) {
        String text = failure.getMessage() == null ? failure.getClass().getName() : failure.getMessage();
        return text.replace('\0', ' ');
    }

    /** The class and text of a failure, in at most 1 KiB of UTF-8. */
    static String reason(Throwable failure) {
        String text = failure.getMessage() == null
                ? failure.getClass().getName()
                : failure.getClass().getName() + ": " + failure.getMessage();
        return bounded(text.replace('\0', ' '));
    }

    /** As much of {@code text} as fits, cut between two characters. */
    static String bounded(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= REASON_BYTES_MAX) {
            return text;
        }
        int end = REASON_BYTES_MAX;
        // A byte 10xxxxxx goes on with a character that began before it.
        while ((bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}

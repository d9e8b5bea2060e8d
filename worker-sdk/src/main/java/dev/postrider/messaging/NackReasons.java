package dev.postrider.messaging;

import dev.postrider.worker.PayloadException;
import dev.postrider.worker.RejectMessageException;
import dev.postrider.worker.RetryLaterException;
import io.smallrye.reactive.messaging.providers.ProcessingException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/** Reads what a failure says about its message: the same exceptions mean the same as in a worker. */
final class NackReasons {
    /** A reason is for people who look at a dead letter, not a place for stack traces. */
    private static final int REASON_BYTES_MAX = 1_024;

    private NackReasons() {}

    /** Takes off what asynchronous calls and the call of the channel's method wrap around a failure. */
    static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while (isWrapping(cause) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static boolean isWrapping(Throwable failure) {
        return failure instanceof ProcessingException
                || failure instanceof InvocationTargetException
                || failure instanceof CompletionException
                || failure instanceof ExecutionException;
    }

    /** What becomes of the message; empty if the failure strategy decides. {@code metadata} may be null. */
    static Optional<PostriderNackMetadata> verdict(Throwable cause, Metadata metadata) {
        Optional<PostriderNackMetadata> wish =
                metadata == null ? Optional.empty() : metadata.get(PostriderNackMetadata.class);
        if (wish.isPresent()) {
            return wish;
        }
        if (cause instanceof RejectMessageException || cause instanceof PayloadException) {
            return Optional.of(PostriderNackMetadata.toDeadLetters());
        }
        if (cause instanceof RetryLaterException later) {
            return Optional.of(PostriderNackMetadata.retryAfter(later.delay()));
        }
        return Optional.empty();
    }

    /** The failure in at most 1 KiB of UTF-8. */
    static String text(Throwable cause) {
        String text = String.valueOf(cause).replace('\0', ' ');
        while (text.getBytes(StandardCharsets.UTF_8).length > REASON_BYTES_MAX) {
            text = text.substring(0, text.length() * 3 / 4);
        }
        return text;
    }
}

package dev.postrider.client.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.postrider.client.PostriderException;
import dev.postrider.protocol.ProblemCode;
import java.time.Duration;

/** Turns problem documents into exceptions. */
public final class Problems {
    private Problems() {}

    /**
     * Reads a problem document; makes do with what it has.
     *
     * @param problem may be null
     * @param status the HTTP status it came with, 0 if it came in a frame
     * @param retryAfter the header it came with, or null
     */
    public static PostriderException read(JsonNode problem, int status, String retryAfter) {
        JsonNode document = problem == null ? MissingNode.getInstance() : problem;
        int said = document.path("status").asInt(status);
        String code = document.path("code").asText("");
        String detail = document.path("detail").asText(document.path("title").asText(null));
        String later = retryAfter == null ? document.path("retryAfter").asText(null) : retryAfter;
        return new PostriderException(code.isEmpty() ? codeOf(said) : code, said, detail, seconds(later));
    }

    /** The exception for a receipt that was not settled. */
    public static PostriderException ofReceipt(String code) {
        return ProblemCode.ofCode(code)
                .map(known -> PostriderException.of(known, known.title()))
                .orElseGet(() -> new PostriderException(code, ProblemCode.RECEIPT_EXPIRED.status(), null, null));
    }

    /** Proxies answer without a code of ours. */
    private static String codeOf(int status) {
        return switch (status) {
            case 401 -> ProblemCode.UNAUTHORIZED.code();
            case 403 -> ProblemCode.FORBIDDEN.code();
            case 404 -> ProblemCode.NOT_FOUND.code();
            case 413 -> ProblemCode.MESSAGE_TOO_LARGE.code();
            case 429 -> ProblemCode.RATE_LIMITED.code();
            case 502, 503, 504 -> ProblemCode.UNAVAILABLE.code();
            default -> status >= 500 ? ProblemCode.INTERNAL_ERROR.code() : ProblemCode.INVALID_REQUEST.code();
        };
    }

    private static Duration seconds(String text) {
        if (text == null) {
            return null;
        }
        try {
            return Duration.ofMillis((long) (Double.parseDouble(text) * 1000));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}

package dev.postrider.testbroker;

import dev.postrider.protocol.ProblemCode;
import io.vertx.core.json.JsonObject;

/** What the broker says no with. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final ProblemCode code;

    Refusal(ProblemCode code) {
        super(code.title());
        this.code = code;
    }

    JsonObject document() {
        JsonObject problem = new JsonObject()
                .put("type", "about:blank")
                .put("title", code.title())
                .put("status", code.status())
                .put("code", code.code());
        return code.isRetryable() ? problem.put("retryAfter", 0) : problem;
    }
}

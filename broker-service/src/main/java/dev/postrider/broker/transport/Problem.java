package dev.postrider.broker.transport;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.postrider.broker.BrokerException;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * A problem document (RFC 9457).
 *
 * @param code what went wrong
 * @param status of the answer; that of the code but where somebody else has chosen it
 * @param detail for the client; never anything internal
 * @param instance the path of the request, or null where there is none
 * @param extensions further numeric members, in order; never null
 */
public record Problem(ProblemCode code, int status, String detail, String instance, Map<String, Long> extensions) {
    /** The media type of the document. */
    public static final String CONTENT_TYPE = "application/problem+json";

    /** What {@code Retry-After} says with 429 and 503. */
    public static final int RETRY_AFTER_SECONDS = 1;

    private static final Logger LOG = Logger.getLogger(Problem.class);
    private static final String TYPE_PREFIX = "urn:postrider:problem:";

    public Problem {
        extensions = Collections.unmodifiableMap(new LinkedHashMap<>(extensions));
    }

    public static Problem of(ProblemCode code, String detail, String instance) {
        return new Problem(code, code.status(), detail, instance, Map.of());
    }

    /**
     * What a client is told about a failure. One that nobody has foreseen is logged here, and the client learns nothing
     * of it.
     */
    public static Problem of(Throwable failure, String instance) {
        if (failure instanceof ProtocolException refused) {
            return of(refused.code(), refused.getMessage(), instance);
        }
        if (failure instanceof BrokerException refused) {
            return of(refused.code(), refused.getMessage(), instance);
        }
        LOG.errorf(failure, "Request for %s failed", instance);
        return of(ProblemCode.INTERNAL_ERROR, "The broker failed to answer; its log says more", instance);
    }

    /** This problem with one member more. */
    public Problem with(String member, long value) {
        Map<String, Long> more = new LinkedHashMap<>(extensions);
        more.put(member, value);
        return new Problem(code, status, detail, instance, more);
    }

    /** This problem in an answer with that status. */
    Problem at(int answered) {
        return new Problem(code, answered, detail, instance, extensions);
    }

    /** The document. */
    public Buffer toBuffer() {
        return JsonOutput.write(this::write);
    }

    /** Writes the document as an object. */
    public void write(JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("type", TYPE_PREFIX + code.code());
        out.writeStringField("title", code.title());
        out.writeNumberField("status", status);
        out.writeStringField("detail", detail);
        if (instance != null) {
            out.writeStringField("instance", instance);
        }
        out.writeStringField("code", code.code());
        for (Map.Entry<String, Long> extension : extensions.entrySet()) {
            out.writeNumberField(extension.getKey(), extension.getValue());
        }
        out.writeEndObject();
    }
}

package dev.postrider.broker.transport.sse;

import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.transport.SettleJson;
import dev.postrider.protocol.Names;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.TextDuration;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a client asks of a stream.
 *
 * @param queue a valid name
 * @param credit messages that may be unsettled at a time, 1 to 10,000
 * @param leaseMillis how long each may stay so; 0: the queue's setting
 * @param ackOnWrite true: a message is settled as soon as it has been written to the socket
 * @param format what its messages look like
 */
record StreamRequest(String queue, int credit, long leaseMillis, boolean ackOnWrite, MessageFormat format) {
    static final int CREDIT_DEFAULT = 100;
    static final int CREDIT_MAX = 10_000;

    private static final Set<String> PARAMETERS = Set.of("credit", "lease", "ack", "format");

    /**
     * Reads the parts of a request.
     *
     * @param accept the header, or null
     * @throws ProtocolException {@code invalid-request} or {@code not-acceptable}
     */
    static StreamRequest of(String queue, MultiMap query, String accept) {
        Names.check("queue", queue);
        requireKnownAndSingle(query, PARAMETERS);
        StreamRequest request = new StreamRequest(
                queue,
                credit(query.get("credit")),
                lease(query.get("lease")),
                ack(query.get("ack")),
                MessageFormat.parse(query.get("format")));
        if (!Acceptance.allowsEventStream(accept)) {
            throw new ProtocolException(ProblemCode.NOT_ACCEPTABLE, "A stream is answered as text/event-stream only");
        }
        return request;
    }

    Consumers.Options options() {
        return new Consumers.Options(leaseMillis, credit, true);
    }

    static void requireKnownAndSingle(MultiMap query, Set<String> known) {
        for (Map.Entry<String, String> parameter : query) {
            requireKnownAndSingle(parameter.getKey(), query.getAll(parameter.getKey()), known);
        }
    }

    private static void requireKnownAndSingle(String name, List<String> values, Set<String> known) {
        // Names of query parameters count as written; the map that holds them does not tell case apart.
        if (!known.contains(name)) {
            String shown = name.length() > 64 ? name.substring(0, 64) + "…" : name;
            throw ProtocolException.invalid("There is no parameter '" + shown + "' here");
        }
        if (values.size() > 1) {
            throw ProtocolException.invalid("The parameter '" + name + "' may be given once");
        }
    }

    private static int credit(String text) {
        if (text == null) {
            return CREDIT_DEFAULT;
        }
        boolean digits = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int credit = digits ? Integer.parseInt(text) : 0;
        if (credit < 1 || credit > CREDIT_MAX) {
            throw ProtocolException.invalid("'credit' must be a whole number from 1 to " + CREDIT_MAX);
        }
        return credit;
    }

    private static long lease(String text) {
        return text == null
                ? 0
                : TextDuration.parse("lease", text, SettleJson.LEASE_MIN_MILLIS, SettleJson.LEASE_MAX_MILLIS)
                        .millis();
    }

    private static boolean ack(String text) {
        if (text != null && !text.equals("explicit") && !text.equals("auto")) {
            throw ProtocolException.invalid("'ack' must be 'explicit' or 'auto'");
        }
        return "auto".equals(text);
    }
}

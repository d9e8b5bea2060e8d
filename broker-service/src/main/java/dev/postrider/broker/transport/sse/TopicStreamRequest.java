package dev.postrider.broker.transport.sse;

import dev.postrider.broker.dispatch.Followers;
import dev.postrider.broker.dispatch.Position;
import dev.postrider.broker.filter.Filter;
import dev.postrider.broker.transport.JsonInput;
import dev.postrider.protocol.Names;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import io.vertx.core.MultiMap;
import java.util.Set;

/**
 * What a client asks of a topic's stream.
 *
 * @param topic a valid name
 * @param start where to begin, and which messages
 * @param format what they look like
 */
record TopicStreamRequest(String topic, Followers.Start start, MessageFormat format) {
    private static final Set<String> PARAMETERS = Set.of("filter", "from", "format");

    /**
     * Reads the parts of a request.
     *
     * @param accept the header, or null
     * @param lastEventId the header, or null; it goes before {@code from}: a client that comes back asks as before
     * @throws ProtocolException {@code invalid-request}, for the filter too, or {@code not-acceptable}
     */
    static TopicStreamRequest of(String topic, MultiMap query, String accept, String lastEventId) {
        Names.check("topic", topic);
        StreamRequest.requireKnownAndSingle(query, PARAMETERS);
        String filter = query.get("filter");
        String from = query.get("from");
        Followers.Start start = new Followers.Start(
                lastEventId == null || lastEventId.isEmpty() ? null : Position.parse(lastEventId),
                from == null ? -1 : JsonInput.parseInstant("from", from),
                filter == null ? null : Filter.parse(filter));
        MessageFormat format = MessageFormat.parse(query.get("format"));
        if (!Acceptance.allowsEventStream(accept)) {
            throw new ProtocolException(ProblemCode.NOT_ACCEPTABLE, "A stream is answered as text/event-stream only");
        }
        return new TopicStreamRequest(topic, start, format);
    }
}

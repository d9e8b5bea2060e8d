package dev.postrider.broker.transport.http;

import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Set;

/**
 * A call of the API.
 *
 * @param method how it is called; one with GET is also called with HEAD
 * @param path its segments; {@code {queue}} and the like stand for any
 * @param action what answers it
 * @param body what body it takes
 * @param query the names of its query parameters
 */
record Call(HttpMethod method, List<String> path, Action action, Body body, Set<String> query) {
    /** What answers a call. */
    enum Action {
        PUBLISH,
        PUBLISH_BATCH,
        RECEIVE,
        ACK,
        NACK,
        DEAD_LETTER,
        EXTEND,
        PEEK,
        /** A resource of the management API. */
        MANAGE,
        /** A route of another transport, which checks all but the path itself. */
        ELSEWHERE
    }

    /** What body a call takes. */
    enum Body {
        /** One that is there is dropped. */
        NONE,
        /** None, or an object without fields. */
        EMPTY,
        /** A JSON document. */
        JSON,
        /** The handler looks itself. */
        OWN
    }

    static Call of(HttpMethod method, String path, Action action, Body body, String... query) {
        return new Call(method, segments(path), action, body, Set.of(query));
    }

    static List<String> segments(String path) {
        return List.of(path.substring(1).split("/", -1));
    }

    boolean answers(HttpMethod asked) {
        return method.equals(asked) || method.equals(HttpMethod.GET) && asked.equals(HttpMethod.HEAD);
    }

    boolean fits(List<String> segments) {
        if (segments.size() != path.size()) {
            return false;
        }
        for (int i = 0; i < path.size(); i++) {
            if (!isVariable(path.get(i)) && !path.get(i).equals(segments.get(i))) {
                return false;
            }
        }
        return true;
    }

    static boolean isVariable(String segment) {
        return segment.startsWith("{");
    }
}

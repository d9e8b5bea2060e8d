package dev.postrider.broker.transport;

import io.vertx.ext.web.RoutingContext;

/**
 * Where the body of a request waits, once it was read within its bounds, for the resource that answers the request.
 * Resources take it from here and have no parameter for it: Quarkus would read it a second time, and of one that is
 * longer than its buffer it makes as many zeros.
 */
public final class RequestBody {
    private static final String KEY = RequestBody.class.getName();
    private static final byte[] NONE = new byte[0];

    private RequestBody() {}

    public static void put(RoutingContext routing, byte[] body) {
        routing.put(KEY, body);
    }

    /** Empty if the request has none. */
    public static byte[] of(RoutingContext routing) {
        return routing.get(KEY, NONE);
    }
}

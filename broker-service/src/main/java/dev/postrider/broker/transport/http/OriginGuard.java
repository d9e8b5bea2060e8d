package dev.postrider.broker.transport.http;

import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Keeps pages of other sites from a broker that takes every caller for an administrator. Any page that a browser on
 * this machine shows could otherwise post to it or open a WebSocket, though it listens on loopback only; and one whose
 * own name leads to loopback could read the answers, too. What is no browser names no origin and goes through.
 */
@Singleton
final class OriginGuard {
    /** Behind the check of the path, before everything that acts. */
    private static final int ORDER = ApiRoutes.HYGIENE_ORDER + 1;

    private final BodyReader bodies;
    /** What the broker is called beside the names of loopback; null: anything. */
    private final Set<String> names;

    /**
     * A guard of a broker.
     *
     * @param host where it listens
     * @param address where other replicas reach it, {@code host:port}, if that is configured
     */
    OriginGuard(
            BodyReader bodies,
            @ConfigProperty(name = "quarkus.http.host") String host,
            @ConfigProperty(name = "postrider.broker.address") Optional<String> address) {
        this.bodies = bodies;
        this.names = isLoopbackListener(host) ? namesOf(host, address) : null;
    }

    void register(@Observes Router router) {
        router.route().order(ORDER).handler(this::check);
    }

    private void check(RoutingContext routing) {
        String refusal = refusal(routing.request(), routing.normalizedPath());
        if (refusal == null) {
            routing.next();
        } else {
            new Exchange(routing, bodies).refuse(new ProtocolException(ProblemCode.FORBIDDEN, refusal));
        }
    }

    /** Why the request must not go through; null if it may. */
    private String refusal(HttpServerRequest request, String path) {
        List<String> hosts = request.headers().getAll("Host");
        for (String host : hosts) {
            if (isOfABrowser(request) && !isOurName(hostOf(host))) {
                return "This broker listens on loopback, and is not called what the header Host says";
            }
        }
        for (String origin : request.headers().getAll("Origin")) {
            if (!isHome(origin, hosts)) {
                return "Pages of other sites may not use a broker that asks nobody who they are";
            }
        }
        if ("cross-site".equalsIgnoreCase(request.getHeader("Sec-Fetch-Site")) && !isVisit(request, path)) {
            return "Pages of other sites may not use a broker that asks nobody who they are";
        }
        return null;
    }

    /** Browsers say so with everything but what somebody typed in; a program may call the broker what it likes. */
    private static boolean isOfABrowser(HttpServerRequest request) {
        return request.headers().contains("Origin") || request.headers().contains("Sec-Fetch-Site");
    }

    private boolean isOurName(String host) {
        return names == null || names.contains(host) || isLoopback(host);
    }

    /** True for the origin of what this broker itself serves, and of pages that this machine serves. */
    private static boolean isHome(String origin, List<String> hosts) {
        int scheme = origin.indexOf("://");
        if (scheme < 0) {
            return false;
        }
        String authority = origin.substring(scheme + "://".length());
        return isLoopback(hostOf(authority)) || hosts.stream().anyMatch(authority::equalsIgnoreCase);
    }

    /** True if somebody follows a link to a page. Calls of the API are no pages: to read a stream takes messages. */
    private static boolean isVisit(HttpServerRequest request, String path) {
        return request.method().equals(HttpMethod.GET)
                && "navigate".equalsIgnoreCase(request.getHeader("Sec-Fetch-Mode"))
                && "document".equalsIgnoreCase(request.getHeader("Sec-Fetch-Dest"))
                && !path.startsWith("/v1");
    }

    private static Set<String> namesOf(String host, Optional<String> address) {
        Set<String> names = new HashSet<>();
        names.add(host.toLowerCase(Locale.ROOT));
        address.ifPresent(configured -> names.add(hostOf(configured)));
        return names;
    }

    private static String hostOf(String authority) {
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        return (hasPort ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
    }

    /** By what is written alone: whoever makes up a name also says where it leads. */
    private static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
        return address != null && address.isLoopbackAddress();
    }

    private static boolean isLoopbackListener(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            // The server will say so.
            return false;
        }
    }
}

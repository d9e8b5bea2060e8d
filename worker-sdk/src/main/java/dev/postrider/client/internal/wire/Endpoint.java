package dev.postrider.client.internal.wire;

import io.vertx.core.http.RequestOptions;
import java.net.URI;

/**
 * Where the broker is, and who asks.
 *
 * @param url {@code http} or {@code https}, with a host
 * @param apiKey null for none
 */
public record Endpoint(URI url, String apiKey) {

    public boolean isSecure() {
        return "https".equals(url.getScheme());
    }

    public int port() {
        if (url.getPort() >= 0) {
            return url.getPort();
        }
        return isSecure() ? 443 : 80;
    }

    /** The path under which the API lies, without a slash at its end. */
    public String pathPrefix() {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** Fills in everything but the method. */
    public <T extends RequestOptions> T address(T request, String path) {
        request.setHost(url.getHost()).setPort(port()).setSsl(isSecure()).setURI(pathPrefix() + path);
        if (apiKey != null) {
            request.putHeader("Authorization", "Bearer " + apiKey);
        }
        return request;
    }
}

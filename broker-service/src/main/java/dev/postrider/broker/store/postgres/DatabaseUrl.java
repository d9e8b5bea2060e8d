package dev.postrider.broker.store.postgres;

import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where the database is: {@code postgresql://user:password@host:port/database?sslmode=…}. Parts are percent-decoded;
 * an IPv6 address stands in brackets; several hosts are separated by commas. Of the parameters {@code sslmode} and
 * {@code sslrootcert} count; {@code connect_timeout} and {@code application_name} are ours to set and ignored.
 *
 * @param hosts at least one; the first that takes writes is used
 * @param database default: the user's name
 * @param user default: {@code postgres}
 * @param password may be empty
 * @param sslMode as in libpq; default {@code prefer}
 * @param sslRootCertificate path of a PEM file for {@code verify-ca} and {@code verify-full}; may be null
 */
public record DatabaseUrl(
        List<Host> hosts, String database, String user, String password, SslMode sslMode, String sslRootCertificate) {
    private static final int PORT_DEFAULT = 5432;
    private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
    /** A migration may take its time, but not for ever on a server that has gone silent. */
    private static final int SILENCE_SECONDS_MAX = 120;

    /** A server. {@code name} without brackets. */
    public record Host(String name, int port) {
        private String forJdbc() {
            return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
        }
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException if it is none; the text never has the password in it
     */
    public static DatabaseUrl parse(String url) {
        int scheme = url.startsWith("postgresql://") ? 13 : url.startsWith("postgres://") ? 11 : -1;
        if (scheme < 0) {
            throw new IllegalArgumentException("A database URL starts with postgresql://");
        }
        String rest = url.substring(scheme);
        int query = rest.indexOf('?');
        Map<String, String> parameters = query < 0 ? Map.of() : parameters(rest.substring(query + 1));
        String beforeQuery = query < 0 ? rest : rest.substring(0, query);
        int slash = beforeQuery.indexOf('/');
        String authority = slash < 0 ? beforeQuery : beforeQuery.substring(0, slash);
        String path = slash < 0 ? "" : decode(beforeQuery.substring(slash + 1));
        int at = authority.lastIndexOf('@');
        String userInfo = at < 0 ? "" : authority.substring(0, at);
        int colon = userInfo.indexOf(':');
        String user = decode(colon < 0 ? userInfo : userInfo.substring(0, colon));
        String password = colon < 0 ? "" : decode(userInfo.substring(colon + 1));
        String userOrDefault = user.isEmpty() ? parameters.getOrDefault("user", "postgres") : user;
        return new DatabaseUrl(
                hosts(authority.substring(at + 1)),
                path.isEmpty() ? userOrDefault : path,
                userOrDefault,
                password.isEmpty() ? parameters.getOrDefault("password", "") : password,
                sslMode(parameters.getOrDefault("sslmode", "prefer")),
                parameters.get("sslrootcert"));
    }

    /** Connection options for each host in turn, with the settings every connection of ours needs. */
    List<PgConnectOptions> connectOptions() {
        return hosts.stream().map(this::connectOptions).toList();
    }

    /** For Flyway. User and password go separately. */
    public String jdbcUrl() {
        return jdbcUrl(SILENCE_SECONDS_MAX);
    }

    /** For a short question: a host that accepts the connection and does not answer in so long is passed over. */
    String jdbcUrl(int silenceSecondsMax) {
        String servers = hosts.stream().map(Host::forJdbc).collect(Collectors.joining(","));
        String certificate = sslRootCertificate == null ? "" : "&sslrootcert=" + encode(sslRootCertificate);
        return "jdbc:postgresql://" + servers + "/" + encode(database) + "?sslmode=" + sslMode.value + certificate
                + "&targetServerType=primary&tcpKeepAlive=true&connectTimeout=" + CONNECT_TIMEOUT_MILLIS / 1000
                + "&sslResponseTimeout=" + CONNECT_TIMEOUT_MILLIS + "&socketTimeout=" + silenceSecondsMax;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + hosts.stream().map(Host::forJdbc).collect(Collectors.joining(",")) + "/"
                + database;
    }

    private PgConnectOptions connectOptions(Host host) {
        PgConnectOptions options = new PgConnectOptions()
                .setHost(host.name())
                .setPort(host.port())
                .setDatabase(database)
                .setUser(user)
                .setPassword(password)
                .setSslMode(sslMode)
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheSqlLimit(8_192)
                .setTcpKeepAlive(true)
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setReconnectAttempts(0);
        if (sslMode == SslMode.VERIFY_FULL) {
            options.setHostnameVerificationAlgorithm("HTTPS");
        }
        if (sslMode == SslMode.VERIFY_CA || sslMode == SslMode.VERIFY_FULL) {
            if (sslRootCertificate != null) {
                options.setPemTrustOptions(new PemTrustOptions().addCertPath(sslRootCertificate));
            }
        } else {
            // As libpq: these modes encrypt and do not ask who is there.
            options.setTrustAll(true);
        }
        return options;
    }

    private static List<Host> hosts(String text) {
        List<Host> hosts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int bracket = part.lastIndexOf(']');
            int colon = part.indexOf(':', bracket + 1);
            String name = decode(colon < 0 ? part : part.substring(0, colon));
            if (name.startsWith("[")) {
                if (bracket < 0) {
                    throw new IllegalArgumentException("The IPv6 address in the database URL lacks its bracket");
                }
                name = name.substring(1, name.length() - 1);
            }
            hosts.add(new Host(
                    name.isEmpty() ? "localhost" : name, colon < 0 ? PORT_DEFAULT : port(part.substring(colon + 1))));
        }
        return List.copyOf(hosts);
    }

    private static int port(String text) {
        if (text.isEmpty()) {
            return PORT_DEFAULT;
        }
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Answered below, like a number out of range.
        }
        throw new IllegalArgumentException("The port in the database URL must be a number from 1 to 65535");
    }

    private static SslMode sslMode(String text) {
        for (SslMode mode : SslMode.values()) {
            if (mode.value.equals(text)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("The database URL's sslmode must be one of disable, allow, prefer, require,"
                + " verify-ca, verify-full");
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static String decode(String text) {
        // URLDecoder is for forms, where a plus is a space; in a URL it is a plus.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

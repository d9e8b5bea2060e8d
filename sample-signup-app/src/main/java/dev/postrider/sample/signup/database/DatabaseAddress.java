package dev.postrider.sample.signup.database;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;

/**
 * Where the database is.
 *
 * @param location {@code //host:port/database?parameters}, as both drivers take it after their scheme
 */
public record DatabaseAddress(String location, String user, String password) {
    /** The configuration property that holds the URL. */
    public static final String URL_PROPERTY = "signup.database.url";

    private static final int PORT_DEFAULT = 5432;

    /**
     * Reads {@code postgresql://user:password@host:port/database?sslmode=…}.
     *
     * @throws IllegalArgumentException if it is not of that form; the message does not repeat the password
     */
    public static DatabaseAddress parse(String url) {
        URI uri = uri(url);
        boolean named = uri.getPath() != null && uri.getPath().length() > 1;
        boolean known = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
        if (!known || uri.getHost() == null || uri.getRawUserInfo() == null || !named) {
            throw unreadable();
        }
        String[] login = uri.getRawUserInfo().split(":", 2);
        int port = uri.getPort() > 0 ? uri.getPort() : PORT_DEFAULT;
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String location = "//" + uri.getHost() + ":" + port + uri.getRawPath() + query;
        return new DatabaseAddress(location, decode(login[0]), login.length > 1 ? decode(login[1]) : "");
    }

    /** Opens a connection of its own. */
    public Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.put("user", user);
        properties.put("password", password);
        properties.put("connectTimeout", "5");
        properties.put("ApplicationName", "postrider-sample-signup");
        return DriverManager.getConnection("jdbc:postgresql:" + location, properties);
    }

    /** The configuration with which the application finds the same database. */
    public Map<String, String> asConfiguration() {
        return Map.of(
                URL_PROPERTY,
                url(),
                "quarkus.datasource.reactive.url",
                "postgresql:" + location,
                "quarkus.datasource.username",
                user,
                "quarkus.datasource.password",
                password);
    }

    private String url() {
        return "postgresql://" + encode(user) + ":" + encode(password) + "@" + location.substring(2);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static URI uri(String url) {
        try {
            return URI.create(url);
        } catch (IllegalArgumentException e) {
            throw unreadable();
        }
    }

    private static IllegalArgumentException unreadable() {
        return new IllegalArgumentException(
                "The database URL must look like postgresql://user:password@host:port/name");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "DatabaseAddress[postgresql:" + location + "]";
    }
}

package dev.postrider.system.rig;

import java.util.Properties;

/**
 * Who may enter a PostgreSQL cluster.
 *
 * @param database the one database
 */
record Account(String user, String password, String database) {
    /** For JDBC, with limits: a server that is frozen must not freeze us. */
    Properties jdbc(String mode) {
        Properties properties = new Properties();
        properties.put("user", user);
        properties.put("password", password);
        properties.put("connectTimeout", "2");
        properties.put("loginTimeout", "3");
        properties.put("socketTimeout", "20");
        properties.put("ApplicationName", "rig " + mode);
        return properties;
    }

    /** The URL of a broker on these addresses, each {@code host:port}. */
    String url(Iterable<String> addresses) {
        return "postgresql://" + user + ":" + password + "@" + String.join(",", addresses) + "/" + database
                + "?sslmode=disable";
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + " in " + database;
    }
}

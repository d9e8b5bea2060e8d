package dev.postrider.protocol;

/**
 * Names of queues, topics and schedules: 1 to 128 characters of {@code A-Z a-z 0-9 . _ -}, starting with a letter
 * or a digit. Case counts.
 */
public final class Names {
    public static final int LENGTH_MAX = 128;

    private Names() {}

    /** True if {@code name} is a name; false for null. */
    public static boolean isValid(String name) {
        if (name == null || name.isEmpty() || name.length() > LENGTH_MAX || !isAlphanumeric(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isAlphanumeric(c) && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns {@code name} unchanged.
     *
     * @param kind what it names, for the error text
     * @throws ProtocolException {@code invalid-request} if it is not a name
     */
    public static String check(String kind, String name) {
        if (!isValid(name)) {
            throw ProtocolException.invalid("The " + kind + " name must have 1 to 128 characters of A-Z a-z 0-9 . _ -"
                    + " and start with a letter or a digit");
        }
        return name;
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }
}

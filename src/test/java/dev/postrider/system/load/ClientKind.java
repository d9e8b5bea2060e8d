package dev.postrider.system.load;

/** What a client speaks. */
public enum ClientKind {
    HTTP("HTTP, long poll", true),
    WEB_SOCKET("WebSocket, JSON", false),
    EVENT_STREAM("server-sent events", false),
    SDK("worker SDK, binary", true);

    private final String title;
    private final boolean publishing;

    ClientKind(String title, boolean publishing) {
        this.title = title;
        this.publishing = publishing;
    }

    /** For people. */
    String title() {
        return title;
    }

    /** Whether those of this kind publish, too. */
    boolean isPublishing() {
        return publishing;
    }
}

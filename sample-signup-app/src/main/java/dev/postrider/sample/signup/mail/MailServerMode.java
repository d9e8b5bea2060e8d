package dev.postrider.sample.signup.mail;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How the mail server inside behaves. */
public enum MailServerMode {
    /** Takes mails. */
    RUNNING,
    /** Accepts connections and never says a word: clients run into their timeout. */
    HANGING,
    /** Is not there: connections are refused at once. */
    REFUSING;

    /** For forms, scripts and tests. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The mode of that code. */
    public static Optional<MailServerMode> of(String code) {
        return Stream.of(values()).filter(mode -> mode.code().equals(code)).findFirst();
    }
}

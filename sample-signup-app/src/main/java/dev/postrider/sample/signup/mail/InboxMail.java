package dev.postrider.sample.signup.mail;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A mail that the server inside has received.
 *
 * @param text the plain part; empty if there is none
 * @param html the HTML part; empty if there is none
 * @param links the addresses in the plain part, in order
 */
public record InboxMail(
        UUID id,
        String from,
        String to,
        String subject,
        Instant receivedAt,
        String text,
        String html,
        List<String> links) {
    public InboxMail {
        links = List.copyOf(links);
    }
}

package dev.postrider.sample.signup.mail;

import com.icegreen.greenmail.store.StoredMessage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the mail server inside has received, for everybody to read: this is a demonstration. */
@ApplicationScoped
public class Inbox {
    private static final int LISTED_MAX = 200;
    private static final Pattern LINK = Pattern.compile("https?://[^\\s<>\"]+");

    private final LocalMailServer server;

    Inbox(LocalMailServer server) {
        this.server = server;
    }

    /** The latest mails, newest first. */
    public List<InboxMail> latest() {
        return server.messages().stream()
                .sorted(Comparator.comparing(StoredMessage::getReceivedDate).reversed())
                .limit(LISTED_MAX)
                .map(Inbox::read)
                .collect(Collectors.toList());
    }

    /** One mail. */
    public Optional<InboxMail> find(UUID id) {
        return server.messages().stream()
                .map(Inbox::read)
                .filter(mail -> mail.id().equals(id))
                .findFirst();
    }

    private static InboxMail read(StoredMessage stored) {
        MimeMessage message = stored.getMimeMessage();
        Instant receivedAt = stored.getReceivedDate().toInstant();
        try {
            String text = part(message, "text/plain");
            return new InboxMail(
                    id(message, stored.getUid()),
                    addresses(Stream.of(message.getFrom())),
                    addresses(Stream.of(message.getAllRecipients())),
                    Optional.ofNullable(message.getSubject()).orElse("(no subject)"),
                    receivedAt,
                    text,
                    part(message, "text/html"),
                    links(text));
        } catch (MessagingException | IOException e) {
            UUID id = UUID.nameUUIDFromBytes(("unreadable " + stored.getUid()).getBytes(StandardCharsets.UTF_8));
            return new InboxMail(id, "", "", "(unreadable)", receivedAt, String.valueOf(e.getMessage()), "", List.of());
        }
    }

    private static UUID id(MimeMessage message, long uid) throws MessagingException {
        String identity = message.getMessageID() + " " + uid;
        return UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8));
    }

    private static String addresses(Stream<? extends jakarta.mail.Address> addresses) {
        return addresses
                .map(address -> address instanceof InternetAddress
                        ? ((InternetAddress) address).toUnicodeString()
                        : address.toString())
                .collect(Collectors.joining(", "));
    }

    private static String part(Part part, String type) throws MessagingException, IOException {
        if (part.isMimeType(type)) {
            return String.valueOf(part.getContent());
        }
        if (!part.isMimeType("multipart/*")) {
            return "";
        }
        Multipart parts = (Multipart) part.getContent();
        for (int index = 0; index < parts.getCount(); index++) {
            BodyPart child = parts.getBodyPart(index);
            String found = part(child, type);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return "";
    }

    private static List<String> links(String text) {
        return LINK.matcher(text).results().map(MatchResult::group).collect(Collectors.toList());
    }
}

package dev.postrider.client;

import java.util.List;

/**
 * Some of a queue's messages, looked at and left as they are.
 *
 * @param next what to ask for as {@code after} to go on, or null at the end
 */
public record MessagePage(List<ReceivedMessage> messages, String next) {
    public MessagePage {
        messages = List.copyOf(messages);
    }
}

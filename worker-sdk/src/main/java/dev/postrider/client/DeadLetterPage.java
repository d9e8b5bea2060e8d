package dev.postrider.client;

import java.util.List;

/**
 * Some of a queue's dead letters.
 *
 * @param next what to ask for as {@code after} to go on, or null at the end
 */
public record DeadLetterPage(List<DeadLetter> deadLetters, String next) {
    public DeadLetterPage {
        deadLetters = List.copyOf(deadLetters);
    }
}

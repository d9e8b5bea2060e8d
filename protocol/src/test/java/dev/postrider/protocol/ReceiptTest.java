package dev.postrider.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ReceiptTest {
    private static final Receipt EXAMPLE = new Receipt(7, 0x0123456789abcdefL, 0x0fedcba987654321L, 499, 12);
    private static final String EXAMPLE_TEXT = "AAAABwEjRWeJq83vD-3LqYdlQyEAAAHzAAAADBPZV-U";

    @Test
    void theTextIsFixed() {
        assertThat(EXAMPLE.toText()).isEqualTo(EXAMPLE_TEXT).hasSize(Receipt.TEXT_LENGTH);
        assertThat(Receipt.parse(EXAMPLE_TEXT)).contains(EXAMPLE);
    }

    @Test
    void anyReceiptComesBackFromItsText() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            Receipt receipt = new Receipt(
                    random.nextInt(), random.nextLong(), random.nextLong(), random.nextInt(), random.nextInt());
            assertThat(Receipt.parse(receipt.toText())).contains(receipt);
        }
    }

    @Test
    void aTextWithAnyCharacterAlteredIsRefused() {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \u0000é\ud800";
        for (int at = 0; at < EXAMPLE_TEXT.length(); at++) {
            for (char c : alphabet.toCharArray()) {
                if (c != EXAMPLE_TEXT.charAt(at)) {
                    String altered = EXAMPLE_TEXT.substring(0, at) + c + EXAMPLE_TEXT.substring(at + 1);
                    assertThat(Receipt.parse(altered)).as(altered).isEmpty();
                }
            }
        }
    }

    @Test
    void aTextOfAnotherLengthIsRefused() {
        assertThat(Receipt.parse(null)).isEmpty();
        for (int length = 0; length < EXAMPLE_TEXT.length(); length++) {
            assertThat(Receipt.parse(EXAMPLE_TEXT.substring(0, length))).isEmpty();
        }
        assertThat(Receipt.parse(EXAMPLE_TEXT + "A")).isEmpty();
        assertThat(Receipt.parse(EXAMPLE_TEXT + "=")).isEmpty();
        assertThat(Receipt.parse("A".repeat(1_000_000))).isEmpty();
    }

    @Test
    void noiseIsRefused() {
        assertThat(Receipt.parse("A".repeat(Receipt.TEXT_LENGTH))).isEmpty();
        assertThat(Receipt.parse("-".repeat(Receipt.TEXT_LENGTH))).isEmpty();
        assertThat(Receipt.parse("ü".repeat(Receipt.TEXT_LENGTH))).isEmpty();
    }
}

package dev.postrider.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "Z", "0", "emails", "orders.eu-west_1", "0-9", "A..b", "a-"})
    void lettersDigitsAndThreeMarksMakeAName(String name) {
        assertThat(Names.isValid(name)).isTrue();
        assertThat(Names.check("queue", name)).isSameAs(name);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {".a", "_a", "-a", " a", "a b", "a/b", "a%20", "ä", "aé", "a\n", "a\0", "１", "a*", "a:b", "../a"})
    void anythingElseIsRefused(String name) {
        assertThat(Names.isValid(name)).isFalse();
        assertThatThrownBy(() -> Names.check("queue", name))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.INVALID_REQUEST))
                .hasMessageStartingWith("The queue name must");
    }

    @Test
    void theLengthIsBounded() {
        assertThat(Names.isValid("a".repeat(128))).isTrue();
        assertThat(Names.isValid("a".repeat(129))).isFalse();
    }
}

package dev.postrider.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageIdsTest {
    @Nested
    class Derived {
        @ParameterizedTest
        @CsvSource({
            "0, 0, 0000000000000-0",
            "1, 31, 0000000000001-v",
            "32, 32, 0000000000010-10",
            "9223372036854775807, 2147483647, 7vvvvvvvvvvvv-1vvvvvv",
        })
        void thePlaceOfFirstStorageIsTheId(long chunkId, int index, String id) {
            assertThat(MessageIds.derived(chunkId, index)).isEqualTo(id);
            assertThat(MessageIds.check("id", id)).isSameAs(id);
        }

        @Test
        void idsOfDifferentChunksSortAsTheChunksDo() {
            Random random = new Random(2);
            List<Long> chunks = random.longs(5_000, 0, Long.MAX_VALUE).boxed().collect(Collectors.toList());
            List<String> byId = chunks.stream()
                    .map(chunk -> MessageIds.derived(chunk, random.nextInt(100_000)))
                    .sorted()
                    .map(id -> id.substring(0, id.indexOf('-')))
                    .collect(Collectors.toList());
            List<String> byChunk = chunks.stream()
                    .sorted(Comparator.naturalOrder())
                    .map(chunk -> MessageIds.derived(chunk, 0))
                    .map(id -> id.substring(0, id.indexOf('-')))
                    .collect(Collectors.toList());
            assertThat(byId).isEqualTo(byChunk);
        }

        @Test
        void noTwoPlacesShareAnId() {
            Set<String> ids = new HashSet<>();
            for (long chunk = 0; chunk < 100; chunk++) {
                for (int index = 0; index < 1_100; index++) {
                    assertThat(ids.add(MessageIds.derived(chunk, index))).isTrue();
                }
            }
        }
    }

    @Nested
    class Check {
        @Test
        void anyVisibleAsciiIsAnId() {
            StringBuilder visible = new StringBuilder();
            for (char c = '!'; c <= '~'; c++) {
                visible.append(c);
            }
            assertThat(MessageIds.check("id", visible.toString())).hasSize(94);
            assertThat(MessageIds.check("id", "x".repeat(128))).hasSize(128);
        }

        @ParameterizedTest
        @NullAndEmptySource
        @ValueSource(strings = {" ", "a b", "a\t", "a\n", "é", "\u007f", "a\u0000", "😀"})
        void anythingElseIsRefused(String id) {
            assertThatThrownBy(() -> MessageIds.check("Postrider-Id", id))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageStartingWith("'Postrider-Id' must");
        }

        @Test
        void theLengthIsBounded() {
            assertThatThrownBy(() -> MessageIds.check("id", "x".repeat(129))).isInstanceOf(ProtocolException.class);
        }
    }
}

package dev.postrider.broker.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.protocol.ProtocolException;
import dev.postrider.protocol.record.MessageRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What holds of any filter: random ones are made from a seed. */
class FilterRoundTripTest {
    private static final int FILTERS = 5000;
    private static final List<String> OPERANDS = List.of(
            "headers.a",
            "headers.`b c`",
            "headers.\"d\"\"e\"",
            "key",
            "type",
            "source",
            "contentType",
            "'te''xt'",
            "''");
    private static final List<String> NUMBERS = List.of("0", "-1.50", "1E+3", "priority", "headers.n", "'12'");
    private static final List<String> COMPARISONS = List.of("=", "<>", "!=", "<", "<=", ">", ">=");

    @Test
    void itsOneSpellingSaysTheSame() {
        SplittableRandom random = new SplittableRandom(20_261_122);
        for (int n = 0; n < FILTERS; n++) {
            String text = any(random, 4);
            Filter filter = Filter.parse(text);
            Filter again = Filter.parse(filter.toString());
            assertThat(again).as(text).isEqualTo(filter).hasSameHashCodeAs(filter);
            assertThat(again.toString()).as(text).isEqualTo(filter.toString());
        }
    }

    @Test
    void itsNegationMatchesNothingThatItMatches() {
        SplittableRandom random = new SplittableRandom(7);
        for (int n = 0; n < FILTERS; n++) {
            String text = any(random, 3);
            RecordSubject subject = new RecordSubject(record(random));
            Filter negation = Filter.parse("NOT (" + text + ")");
            boolean both = Filter.parse(text).matches(subject) && negation.matches(subject);
            assertThat(both).as(text).isFalse();
            assertThat(Filter.parse("NOT NOT (" + text + ")").matches(subject))
                    .as(text)
                    .isEqualTo(Filter.parse(text).matches(subject));
        }
    }

    @Test
    void whatIsLeftOfItIsTakenOrRefusedButNeverFails() {
        SplittableRandom random = new SplittableRandom(11);
        int taken = 0;
        for (int n = 0; n < FILTERS; n++) {
            StringBuilder damaged = new StringBuilder(any(random, 3));
            int at = random.nextInt(damaged.length());
            damaged.replace(
                    at, Math.min(damaged.length(), at + random.nextInt(4)), pick(random, List.of("", "(", "'")));
            try {
                Filter.parse(damaged.toString());
                taken++;
            } catch (ProtocolException e) {
                assertThat(e).hasMessageContaining("position");
            }
        }
        assertThat(taken).isBetween(1, FILTERS - 1);
    }

    private static MessageRecord record(SplittableRandom random) {
        MessageRecord.Builder record = MessageRecord.builder().priority(random.nextInt(10));
        for (String name : List.of("a", "b c", "d\"e", "n", "ce-type")) {
            if (random.nextBoolean()) {
                record.header(name, pick(random, List.of("te'xt", "", "12", "-1.5", "true", "zz")));
            }
        }
        return record.build();
    }

    private static String any(SplittableRandom random, int depth) {
        return joined(random, depth, " OR ", () -> all(random, depth));
    }

    private static String all(SplittableRandom random, int depth) {
        return joined(random, depth, " and ", () -> not(random, depth));
    }

    private static String joined(SplittableRandom random, int depth, String joint, Supplier<String> part) {
        List<String> parts = new ArrayList<>();
        do {
            parts.add(part.get());
        } while (depth > 0 && random.nextInt(3) == 0 && parts.size() < 3);
        return String.join(joint, parts);
    }

    private static String not(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 4 -> "NOT " + not(random, depth - 1);
            case 5 -> "(" + any(random, depth - 1) + ")";
            default -> predicate(random);
        };
    }

    private static String predicate(SplittableRandom random) {
        String negation = pick(random, List.of("", "NOT "));
        String text = pick(random, OPERANDS);
        return switch (random.nextInt(8)) {
            case 0 ->
                text + " " + negation + "LIKE " + pick(random, List.of("'a%'", "'_''' escape '!'", "'!%' ESCAPE '!'"));
            case 1 -> "headers.a IS " + negation + "NULL";
            case 2 -> text + " " + negation + "IN (" + pick(random, List.of("'x'", "'x', 'te''xt'")) + ")";
            case 3 -> "headers.n " + negation + "BETWEEN -5 AND " + pick(random, NUMBERS);
            case 4 -> "headers.a " + pick(random, List.of("=", "<>")) + pick(random, List.of(" TRUE", " false"));
            case 5 -> pick(random, List.of("TRUE", "FALSE"));
            case 6 -> pick(random, NUMBERS) + pick(random, COMPARISONS) + pick(random, NUMBERS);
            default -> text + " " + pick(random, COMPARISONS) + " " + pick(random, OPERANDS);
        };
    }

    private static String pick(SplittableRandom random, List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}

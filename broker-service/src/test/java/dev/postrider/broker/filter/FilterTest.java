package dev.postrider.broker.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.record.MessageRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which messages a filter takes. */
class FilterTest {
    private static final MessageRecord ORDER = MessageRecord.builder()
            .key("customer-7")
            .contentType("application/json")
            .priority(5)
            .header("ce-type", "order.created")
            .header("ce-source", "/shop/eu")
            .header("region", "eu")
            .header("amount", "99.50")
            .header("Retry-Count", "007")
            .header("urgent", "True")
            .header("note", "50% off_season, it's ünïcode 😀")
            .body("{}".getBytes(StandardCharsets.UTF_8))
            .build();

    private static boolean matches(String filter) {
        return Filter.parse(filter).matches(new RecordSubject(ORDER));
    }

    @Nested
    class Matches {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "headers.region = 'eu'",
                    "headers.region <> 'us'",
                    "headers.region != 'us'",
                    "headers.region < 'ev' and 'et' < headers.region",
                    "headers.region IN ('us', 'eu')",
                    "headers.region NOT IN ('us', 'uk')",
                    "headers.region = 'eu' AND type LIKE 'order.%'",
                    "type = 'order.created'",
                    "source LIKE '/shop/__'",
                    "key = 'customer-7'",
                    "contentType = 'application/json'",
                    "CONTENTTYPE like 'application/%' and Priority is not null",
                    "priority = 5",
                    "priority >= 5 AND priority <= 5 AND priority > 4 AND priority < 6",
                    "priority BETWEEN 5 AND 9",
                    "priority NOT BETWEEN 6 AND 9",
                    "priority IN (1, 5.0)",
                    "headers.region BETWEEN 'ea' AND 'ez'",
                    "headers.\"Retry-Count\" = 7",
                    "headers.`retry-count` = 7",
                    "headers.amount = 99.5",
                    "headers.amount > 99 AND headers.amount < 1e2",
                    "headers.amount <> '99.5'",
                    "-1 < headers.amount",
                    "headers.urgent = TRUE",
                    "headers.urgent <> false",
                    "headers.urgent IN (TRUE)",
                    "headers.missing IS NULL",
                    "headers.region IS NOT NULL",
                    "key > headers.amount",
                    "NOT headers.region = 'us'",
                    "NOT (headers.region = 'us' OR headers.region = 'uk')",
                    "headers.region = 'us' OR headers.region = 'eu' AND priority = 5",
                    "TRUE",
                    "NOT FALSE",
                    "headers.missing = 'x' OR TRUE",
                    "headers.note LIKE '50!% off!_season%' ESCAPE '!'",
                    "headers.note LIKE '%it''s%'",
                    "headers.note LIKE '%😀'",
                    "headers.note LIKE '%code _'",
                    "((((priority=5))))",
                    "headers.in IS NULL AND headers.like IS NULL",
                    "headers.region='eu'and\n\tpriority=5",
                })
        void aMessageForWhichItHolds(String filter) {
            assertThat(matches(filter)).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "headers.region = 'EU'",
                    "headers.region <> 'eu'",
                    "headers.region = 'us' AND priority = 5",
                    "(headers.region = 'us' OR headers.region = 'eu') AND priority = 6",
                    "headers.region NOT IN ('eu')",
                    "priority NOT BETWEEN 5 AND 5",
                    "headers.region NOT LIKE 'e%'",
                    "headers.note LIKE '50!% off!_season' ESCAPE '!'",
                    "headers.note LIKE '50% off!_season' ESCAPE '!'",
                    "type LIKE 'order'",
                    "type LIKE '_rder.%e'",
                    "type LIKE ''",
                    "headers.region IS NULL",
                    "FALSE",
                })
        void notOneForWhichItDoesNot(String filter) {
            assertThat(matches(filter)).isFalse();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "headers.missing = 'x'",
                    "headers.missing <> 'x'",
                    "headers.missing LIKE '%'",
                    "headers.missing NOT LIKE '%'",
                    "headers.missing IN ('x')",
                    "headers.missing NOT IN ('x')",
                    "headers.missing BETWEEN 'a' AND 'z'",
                    "headers.missing NOT BETWEEN 'a' AND 'z'",
                    "headers.missing = headers.missing",
                    "headers.region = 5",
                    "headers.region <> 5",
                    "headers.region > 5",
                    "headers.region IN (5)",
                    "headers.region NOT IN (5)",
                    "headers.region = TRUE",
                    "headers.region <> TRUE",
                    "headers.missing = 'x' OR priority = 6",
                    "headers.missing = 'x' AND priority = 5",
                })
        void neitherWhatIsUnknownNorItsContrary(String filter) {
            assertThat(matches(filter)).isFalse();
            assertThat(matches("NOT (" + filter + ")")).isFalse();
        }

        @Test
        void theHeaderOfExactlyThatCaseBeforeOthers() {
            MessageRecord both = MessageRecord.builder()
                    .header("Region", "us")
                    .header("region", "eu")
                    .build();
            assertThat(Filter.parse("headers.region = 'eu'").matches(new RecordSubject(both)))
                    .isTrue();
            assertThat(Filter.parse("headers.Region = 'us'").matches(new RecordSubject(both)))
                    .isTrue();
            assertThat(Filter.parse("headers.REGION = 'us'").matches(new RecordSubject(both)))
                    .isTrue();
        }

        @Test
        void aNumberOfTooManyDigitsForNone() {
            String digits = "9".repeat(Numbers.LENGTH_MAX + 1);
            MessageRecord record =
                    MessageRecord.builder().header("long", digits).build();
            assertThat(Filter.parse("headers.long > 1").matches(new RecordSubject(record)))
                    .isFalse();
        }

        @Test
        void aRecordThatWasReadWithoutItsBody() {
            RecordBatchWriter batch = new RecordBatchWriter();
            batch.append(ORDER);
            MessageRecord properties = RecordBatchReader.of(batch.finish()).readProperties(0);
            assertThat(properties.body()).isEmpty();
            assertThat(properties.headers()).isEqualTo(ORDER.headers());
            assertThat(Filter.parse("headers.region = 'eu' AND priority = 5 AND key LIKE 'c%'")
                            .matches(new RecordSubject(properties)))
                    .isTrue();
        }
    }

    @Nested
    class AMessageThatIsNoEvent {
        @Test
        void hasNeitherTypeNorSource() {
            RecordSubject plain = new RecordSubject(MessageRecord.builder().build());
            assertThat(List.of("type IS NULL", "source IS NULL", "key IS NULL", "priority = 0"))
                    .allMatch(filter -> Filter.parse(filter).matches(plain));
        }
    }
}

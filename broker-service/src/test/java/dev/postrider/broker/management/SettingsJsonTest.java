package dev.postrider.broker.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.postrider.broker.queue.QueueSettings;
import dev.postrider.broker.transport.JsonOutput;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsJsonTest {
    private static final String DEFAULTS = "{\"lease\":\"30s\",\"maxAttempts\":5,"
            + "\"retry\":{\"initialDelay\":\"1s\",\"multiplier\":2.0,\"maxDelay\":\"10m\",\"jitter\":0.2},"
            + "\"ttl\":null,\"maxMessages\":null,\"maxBytes\":null,\"overflow\":\"reject\","
            + "\"maxDeliveryRate\":null,\"maxInFlight\":null,"
            + "\"ordering\":\"none\",\"deduplicationWindow\":\"5m\",\"deadLetterQueue\":null,"
            + "\"durability\":\"durable\"}";

    @Test
    void absentSettingsTakeTheirDefaults() {
        assertThat(read("")).isEqualTo(QueueSettings.DEFAULTS);
        assertThat(read("{}")).isEqualTo(QueueSettings.DEFAULTS);
        assertThat(read("{\"retry\":{}}")).isEqualTo(QueueSettings.DEFAULTS);
    }

    @Test
    void theDefaultsAreWrittenAsInTheContract() {
        assertThat(write(QueueSettings.DEFAULTS)).isEqualTo(DEFAULTS);
    }

    @Test
    void whatIsAnsweredMayBeSentAgain() {
        assertThat(read(DEFAULTS)).isEqualTo(QueueSettings.DEFAULTS);
    }

    @Test
    void durationsAreAnsweredAsTheyWereGiven() {
        assertThat(write(read("{\"lease\":\"PT90S\",\"ttl\":\"36h\",\"retry\":{\"initialDelay\":\"1000ms\"}}")))
                .contains("\"lease\":\"PT90S\"", "\"ttl\":\"36h\"", "\"initialDelay\":\"1000ms\"");
    }

    @Test
    void everySettingIsTaken() {
        QueueSettings settings = read("{\"lease\":\"100ms\",\"maxAttempts\":1000,\"retry\":{\"initialDelay\":\"0s\","
                + "\"multiplier\":1,\"maxDelay\":\"1d\",\"jitter\":1},\"ttl\":\"1ms\",\"maxMessages\":7,"
                + "\"deduplicationWindow\":\"0s\",\"deadLetterQueue\":\"dead\"}");
        assertThat(settings.lease().millis()).isEqualTo(100);
        assertThat(settings.maxAttempts()).isEqualTo(1_000);
        assertThat(settings.retry().initialDelayMillis()).isZero();
        assertThat(settings.retry().multiplier()).isEqualTo(1);
        assertThat(settings.retry().maxDelayMillis()).isEqualTo(86_400_000);
        assertThat(settings.retry().jitter()).isEqualTo(1);
        assertThat(settings.ttl().millis()).isEqualTo(1);
        assertThat(settings.limits().maxMessages()).isEqualTo(7);
        assertThat(settings.deduplicationWindow().millis()).isZero();
        assertThat(settings.deadLetterQueue()).isEqualTo("dead");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"leese\":\"30s\"}",
                "{\"lease\":\"99ms\"}",
                "{\"lease\":\"13h\"}",
                "{\"lease\":30}",
                "{\"lease\":null}",
                "{\"maxAttempts\":0}",
                "{\"maxAttempts\":1001}",
                "{\"maxAttempts\":2.5}",
                "{\"retry\":null}",
                "{\"retry\":[]}",
                "{\"retry\":{\"x\":1}}",
                "{\"retry\":{\"multiplier\":0.5}}",
                "{\"retry\":{\"multiplier\":101}}",
                "{\"retry\":{\"jitter\":1.1}}",
                "{\"retry\":{\"jitter\":-0.1}}",
                "{\"retry\":{\"initialDelay\":\"-1s\"}}",
                "{\"retry\":{\"maxDelay\":\"11000d\"}}",
                "{\"ttl\":\"0s\"}",
                "{\"maxMessages\":0}",
                "{\"maxMessages\":\"7\"}",
                "{\"maxMessages\":1e3}",
                "{\"deduplicationWindow\":\"8d\"}",
                "{\"deduplicationWindow\":null}",
                "{\"deadLetterQueue\":\"q\"}",
                "{\"deadLetterQueue\":\"-x\"}",
                "{\"deadLetterQueue\":\"\"}",
                "{\"ordering\":\"fifo\"}",
                "{\"ordering\":null}",
                "{\"overflow\":\"drop\"}",
                "{\"durability\":1}",
                "{\"maxBytes\":0}",
                "{\"maxInFlight\":\"1\"}",
                "{\"maxInFlightPerKey\":0}",
                "{\"maxInFlightPerKey\":2,\"ordering\":\"key\"}",
                "{\"ordering\":\"strict\",\"maxInFlightPerKey\":2}",
                "{\"maxDeliveryRate\":\"fast\"}",
                "{\"maxDeliveryRate\":\"0/s\"}",
                "{\"fairness\":\"body\"}",
                "{\"fairness\":\"headers.\"}",
                "{\"fairness\":\"key\",\"ordering\":\"key\"}",
                "{\"fairness\":\"key\",\"priorityAgeing\":\"1m\"}",
                "{\"fairness\":\"key\",\"maxInFlightPerKey\":1}",
                "{\"lease\":\"30s\",\"lease\":\"30s\"}",
                "[]",
                "{"
            })
    void whatIsWrongIsRefused(String body) {
        assertRefused(ProblemCode.INVALID_REQUEST, body);
    }

    @Test
    void aBadNameOfADeadLetterQueueIsRefusedByItsField() {
        assertThatThrownBy(() -> read("{\"deadLetterQueue\":\"a b\"}")).hasMessageContaining("'deadLetterQueue'");
    }

    @Test
    void anAgeIsInSecondsWithATenth() {
        assertThat(QueueJson.age(4_249)).isEqualTo("4.2s");
        assertThat(QueueJson.age(0)).isEqualTo("0.0s");
        assertThat(QueueJson.age(-1)).isNull();
    }

    @Test
    void aRedriveTakesIdsAndATarget() {
        assertThat(redrive("")).isEqualTo(new RedriveJson(null, null));
        assertThat(redrive("{\"ids\":null,\"to\":null}")).isEqualTo(new RedriveJson(null, null));
        assertThat(redrive("{\"ids\":[\"a\"],\"to\":\"q\"}")).isEqualTo(new RedriveJson(java.util.List.of("a"), "q"));
        for (String bad : new String[] {"{\"ids\":[]}", "{\"ids\":[1]}", "{\"to\":\"\"}", "{\"x\":1}", "[]"}) {
            assertThatThrownBy(() -> redrive(bad)).isInstanceOf(ProtocolException.class);
        }
    }

    private static void assertRefused(ProblemCode code, String body) {
        assertThatThrownBy(() -> read(body))
                .asInstanceOf(type(ProtocolException.class))
                .extracting(ProtocolException::code)
                .isEqualTo(code);
    }

    private static RedriveJson redrive(String body) {
        return RedriveJson.read(body.getBytes(StandardCharsets.UTF_8));
    }

    private static QueueSettings read(String body) {
        return SettingsJson.read("q", body.getBytes(StandardCharsets.UTF_8));
    }

    private static String write(QueueSettings settings) {
        return JsonOutput.write(out -> SettingsJson.write(out, settings)).toString();
    }
}

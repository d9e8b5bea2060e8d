package dev.postrider.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemCodeTest {
    @Test
    void noTwoProblemsShareACodeOrATitle() {
        assertThat(Stream.of(ProblemCode.values()).map(ProblemCode::code)).doesNotHaveDuplicates();
        assertThat(Stream.of(ProblemCode.values()).map(ProblemCode::title)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void everyProblemHasACodeAStatusAndATitle(ProblemCode problem) {
        assertThat(problem.code()).matches("[a-z]+(-[a-z]+)*");
        assertThat(problem.code().replace('-', '_')).isEqualToIgnoringCase(problem.name());
        assertThat(problem.status()).isBetween(400, 599);
        assertThat(problem.title()).isNotBlank().doesNotEndWith(".");
        assertThat(ProblemCode.ofCode(problem.code())).contains(problem);
    }

    @ParameterizedTest
    @CsvSource({
        "queue-not-found, 404, false",
        "queue-not-empty, 409, false",
        "queue-full, 429, true",
        "message-too-large, 413, false",
        "invalid-request, 400, false",
        "receipt-expired, 409, false",
        "unavailable, 503, true",
        "unauthorized, 401, false",
        "forbidden, 403, false",
        "rate-limited, 429, true",
        "not-implemented, 501, false",
    })
    void theCodesOfTheContractKeepTheirStatus(String code, int status, boolean retryable) {
        ProblemCode problem = ProblemCode.ofCode(code).orElseThrow();
        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.isRetryable()).isEqualTo(retryable);
    }

    @Test
    void anUnknownCodeIsNone() {
        assertThat(ProblemCode.ofCode("no-such-code")).isEmpty();
        assertThat(ProblemCode.ofCode(null)).isEmpty();
    }
}

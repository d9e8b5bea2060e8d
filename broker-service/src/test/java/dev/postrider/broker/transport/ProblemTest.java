package dev.postrider.broker.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.BrokerException;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import org.junit.jupiter.api.Test;

class ProblemTest {
    @Test
    void theDocumentHasAllMembers() {
        assertThat(Problem.of(new BrokerException(ProblemCode.QUEUE_NOT_FOUND, "No 'x'"), "/v1/queues/x")
                        .with("stored", 7)
                        .toBuffer()
                        .toString())
                .isEqualTo("{\"type\":\"urn:postrider:problem:queue-not-found\",\"title\":\"The queue does not exist\","
                        + "\"status\":404,\"detail\":\"No 'x'\",\"instance\":\"/v1/queues/x\","
                        + "\"code\":\"queue-not-found\",\"stored\":7}");
    }

    @Test
    void aRefusalKeepsItsCode() {
        assertThat(Problem.of(ProtocolException.invalid("no"), null).code()).isEqualTo(ProblemCode.INVALID_REQUEST);
    }

    @Test
    void anUnforeseenFailureIsNotTold() {
        Problem problem = Problem.of(new IllegalStateException("secret"), "/v1/queues");
        assertThat(problem.code()).isEqualTo(ProblemCode.INTERNAL_ERROR);
        assertThat(problem.toBuffer().toString()).doesNotContain("secret").doesNotContain("IllegalState");
    }
}

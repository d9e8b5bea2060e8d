package dev.postrider.broker.management;

import dev.postrider.broker.transport.JsonOutput;
import dev.postrider.broker.transport.Problem;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.function.Function;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns outcomes into responses, good ones and bad ones. */
final class Answers {
    Answers() {}

    /** Answers with what {@code answer} makes of the outcome. */
    static <T> Uni<Response> of(Future<T> outcome, Function<T, Response> answer) {
        return Uni.createFrom().completionStage(outcome::toCompletionStage).map(answer);
    }

    static Response json(int status, JsonOutput.Content content) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .header("Cache-Control", "no-store")
                .entity(JsonOutput.write(content).getBytes())
                .build();
    }

    static Response noContent() {
        return Response.noContent().build();
    }

    @ServerExceptionMapper
    Response map(Throwable failure, UriInfo address) {
        // Not its URI, which cannot be built for a request without a Host.
        String instance = address.getPath();
        Throwable told = failure instanceof WebApplicationException refused ? translate(refused) : failure;
        Problem problem = Problem.of(told, instance);
        Response.ResponseBuilder response = Response.status(problem.code().status())
                .type(Problem.CONTENT_TYPE)
                .header("Cache-Control", "no-store")
                .entity(problem.toBuffer().getBytes());
        if (problem.code().isRetryable()) {
            response.header("Retry-After", Problem.RETRY_AFTER_SECONDS);
        }
        return response.build();
    }

    private static Throwable translate(WebApplicationException refused) {
        int status = refused.getResponse().getStatus();
        for (ProblemCode code : ProblemCode.values()) {
            if (code.status() == status && status < 500) {
                return new ProtocolException(code, code.title());
            }
        }
        return refused;
    }
}

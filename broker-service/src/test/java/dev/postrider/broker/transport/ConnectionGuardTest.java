package dev.postrider.broker.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectionGuardTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    private final EmbeddedChannel channel = new EmbeddedChannel();

    ConnectionGuardTest() {
        channel.pipeline().addLast(new ConnectionGuard(1_000));
        channel.pipeline().addLast(new HttpRequestDecoder());
        channel.pipeline().addLast("handler", new ChannelInboundHandlerAdapter());
    }

    private void receive(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private void answer(HttpResponseStatus status) {
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status));
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void aHeadThatDoesNotEndInTimeClosesTheConnection() {
        channel.freezeTime();
        receive("GET / HTTP/1.1\r\n");
        pass(900);
        receive("X: a");
        assertThat(channel.isOpen()).isTrue();

        pass(200);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aRequestThatIsBeingAnsweredMayTakeItsTime() {
        channel.freezeTime();
        receive(REQUEST);
        pass(60_000);

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void theNextHeadHasItsOwnDeadline() {
        channel.freezeTime();
        receive(REQUEST);
        answer(HttpResponseStatus.OK);
        pass(60_000);
        assertThat(channel.isOpen()).isTrue();

        receive("GET");
        pass(1_100);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void nothingMoreIsReadWhileTooManyRequestsWait() {
        receive(REQUEST.repeat(ConnectionGuard.PIPELINED_MAX - 1));
        assertThat(channel.config().isAutoRead()).isTrue();
        receive(REQUEST);
        assertThat(channel.config().isAutoRead()).isFalse();
        channel.config().setAutoRead(true);
        assertThat(channel.config().isAutoRead())
                .as("although somebody wants more")
                .isFalse();
        answer(HttpResponseStatus.CONTINUE);
        assertThat(channel.config().isAutoRead()).isFalse();

        answer(HttpResponseStatus.OK);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void anUpgradedConnectionHasNoHeads() {
        channel.freezeTime();
        receive(REQUEST);
        // As Netty's handshake does, before its answer goes out.
        channel.pipeline()
                .replace(
                        HttpRequestDecoder.class,
                        "wsdecoder",
                        new WebSocket13FrameDecoder(
                                WebSocketDecoderConfig.newBuilder().build()));
        answer(HttpResponseStatus.SWITCHING_PROTOCOLS);
        assertThat(channel.pipeline().names()).containsSubsequence("frameSplitter", "wsdecoder");
        receive("\u0001");
        pass(60_000);

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aRefusalOfTheServerItselfGetsADocument() {
        receive(REQUEST);
        answer(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE);

        assertThat(sent()).contains("application/problem+json", "\"code\":\"headers-too-large\"", "\"status\":431");
    }

    @Test
    void theDocumentOfARefusalSaysTheStatusOfItsAnswer() {
        receive(REQUEST);
        answer(HttpResponseStatus.UPGRADE_REQUIRED);

        assertThat(sent()).contains("\"code\":\"invalid-request\"", "\"status\":426");
    }

    @Test
    void aRefusedRequestForAHeadGetsNone() {
        receive(REQUEST.replace("GET", "HEAD"));
        receive(REQUEST);
        answer(HttpResponseStatus.BAD_REQUEST);
        assertThat(sent()).doesNotContain("{");

        answer(HttpResponseStatus.BAD_REQUEST);
        assertThat(sent()).contains("\"code\":\"invalid-request\"");
    }

    private String sent() {
        FullHttpResponse response = channel.readOutbound();
        return response.headers() + response.content().toString(StandardCharsets.US_ASCII);
    }
}

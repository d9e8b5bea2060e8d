package dev.postrider.broker.transport;

import dev.postrider.protocol.ProblemCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Gives a problem document to what the HTTP server refuses by itself, before any handler sees it: Vert.x and Quarkus
 * answer such a request (a head beyond their limits, a query that cannot be decoded) with a status alone. Belongs to
 * the event loop of its connection.
 */
final class RefusalDocuments extends ChannelDuplexHandler {
    private static final int CONTINUE = 100;

    /** Of the requests that are not answered yet, whether their answer has a body. */
    private final Deque<Boolean> takesBody = new ArrayDeque<>();

    @Override
    public void channelRead(ChannelHandlerContext channel, Object message) {
        if (message instanceof HttpRequest request) {
            takesBody.add(!request.method().equals(HttpMethod.HEAD));
        }
        channel.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext channel, Object message, ChannelPromise promise) throws Exception {
        Object answer = message;
        if (message instanceof FullHttpResponse response && isBare(response)) {
            answer = documented(response);
            response.release();
        }
        boolean ends = message instanceof LastHttpContent
                && !(message instanceof HttpResponse head && head.status().code() == CONTINUE);
        if (ends) {
            takesBody.poll();
        }
        super.write(channel, answer, promise);
    }

    private boolean isBare(FullHttpResponse response) {
        int status = response.status().code();
        return status >= 400
                && status < 500
                && !response.content().isReadable()
                && !response.headers().contains(HttpHeaderNames.CONTENT_TYPE)
                && !Boolean.FALSE.equals(takesBody.peek());
    }

    private static FullHttpResponse documented(FullHttpResponse bare) {
        int status = bare.status().code();
        ProblemCode code = ProblemCode.ofStatus(status).orElse(ProblemCode.INVALID_REQUEST);
        Problem problem = Problem.of(
                        code,
                        "The HTTP server refused the request: " + bare.status().reasonPhrase(),
                        null)
                .at(status);
        ByteBuf document = Unpooled.wrappedBuffer(problem.toBuffer().getBytes());
        FullHttpResponse full = new DefaultFullHttpResponse(
                bare.protocolVersion(), bare.status(), document, bare.headers(), bare.trailingHeaders());
        full.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, Problem.CONTENT_TYPE)
                .set(HttpHeaderNames.CONTENT_LENGTH, document.readableBytes());
        return full;
    }
}

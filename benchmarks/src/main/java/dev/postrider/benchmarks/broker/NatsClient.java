package dev.postrider.benchmarks.broker;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.PushSubscribeOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Publishes asynchronously and acknowledges each message; an acknowledgement is not answered. */
final class NatsClient implements dev.postrider.benchmarks.broker.Connection {
    private final Connection connection;

    NatsClient(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Producer producer(String contentType, Answers answers) {
        try {
            JetStream jetStream = connection.jetStream();
            return (queue, body) -> {
                var unused = jetStream.publishAsync(queue, body).whenComplete((stored, failure) -> {
                    if (failure == null) {
                        answers.stored(1);
                    } else {
                        answers.failed(1, failure);
                    }
                });
            };
        } catch (IOException e) {
            throw new BrokerFailure("No JetStream", e);
        }
    }

    @Override
    public void consume(List<String> queues, Consumption consumption, Deliveries deliveries) {
        Dispatcher dispatcher = connection.createDispatcher();
        try {
            for (String queue : queues) {
                var unused = connection
                        .jetStream()
                        .subscribe(
                                queue,
                                Nats.GROUP,
                                dispatcher,
                                message -> receive(message, deliveries),
                                false,
                                PushSubscribeOptions.bind(queue, Nats.GROUP));
            }
        } catch (IOException | JetStreamApiException e) {
            throw new BrokerFailure("No subscription", e);
        }
    }

    private static void receive(Message message, Deliveries deliveries) {
        deliveries.received(message.getData());
        message.ack();
        deliveries.settled(1);
    }

    @Override
    public void close() {
        try {
            connection.flush(Duration.ofSeconds(10));
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            throw new BrokerFailure("The acknowledgements could not be sent", e);
        }
    }
}

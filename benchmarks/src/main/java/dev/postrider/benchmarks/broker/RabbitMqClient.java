package dev.postrider.benchmarks.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.util.List;

/** A channel to publish with confirms, or one to consume, over a connection of its own. */
final class RabbitMqClient implements dev.postrider.benchmarks.broker.Connection {
    private static final int BEST_PREFETCH = 2_000;

    private final Connection connection;
    private Acknowledging acknowledging;

    RabbitMqClient(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Producer producer(String contentType, Answers answers) {
        try {
            Channel channel = connection.createChannel();
            channel.confirmSelect();
            Confirms confirms = new Confirms(answers);
            channel.addConfirmListener(confirms::confirmed, confirms::refused);
            return (queue, body) -> {
                try {
                    channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, body);
                } catch (IOException e) {
                    answers.failed(1, e);
                }
            };
        } catch (IOException e) {
            throw new BrokerFailure("No channel", e);
        }
    }

    @Override
    public void consume(List<String> queues, Consumption consumption, Deliveries deliveries) {
        try {
            Channel channel = connection.createChannel();
            channel.basicQos(consumption.creditOr(BEST_PREFETCH));
            Acknowledging mine = new Acknowledging(channel, consumption.settleAlone(), deliveries);
            acknowledging = mine;
            for (String queue : queues) {
                channel.basicConsume(
                        queue,
                        false,
                        (tag, delivery) -> {
                            deliveries.received(delivery.getBody());
                            mine.done(delivery.getEnvelope().getDeliveryTag());
                        },
                        tag -> deliveries.failed(new IOException("Cancelled by the broker")));
            }
        } catch (IOException e) {
            throw new BrokerFailure("No consumer", e);
        }
    }

    @Override
    public void close() {
        if (acknowledging != null) {
            acknowledging.close();
        }
        try {
            connection.close();
        } catch (IOException e) {
            throw new BrokerFailure("The connection could not be closed", e);
        }
    }
}

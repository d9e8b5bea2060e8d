package dev.postrider.benchmarks.broker;

import java.util.List;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.SendAcknowledgementHandler;
import org.apache.activemq.artemis.api.core.client.ServerLocator;

/**
 * A session to publish, answered asynchronously, or one to consume. Acknowledgements are not answered: one that was
 * given to the client counts as settled.
 */
final class ArtemisClient implements Connection {
    private static final int CONFIRMATION_WINDOW_BYTES = 4 << 20;
    private static final int CONSUMER_WINDOW_BYTES = 4 << 20;
    private static final int ACK_BATCH_BYTES = 128 << 10;
    /** What a message of 100 bytes takes of a consumer's window. */
    private static final int JOB_BYTES = 256;

    private final String url;
    private final Opened open = new Opened("A session could not be closed");

    ArtemisClient(String url) {
        this.url = url;
    }

    static ServerLocator locator(String url, Consumption consumption) throws Exception {
        return ActiveMQClient.createServerLocator(url)
                .setBlockOnDurableSend(false)
                .setBlockOnAcknowledge(false)
                .setConfirmationWindowSize(CONFIRMATION_WINDOW_BYTES)
                .setProducerWindowSize(CONFIRMATION_WINDOW_BYTES)
                .setConsumerWindowSize(
                        consumption.credit() == 0 ? CONSUMER_WINDOW_BYTES : consumption.credit() * JOB_BYTES);
    }

    private ClientSession session(Consumption consumption) {
        try {
            ServerLocator locator = locator(url, consumption);
            ClientSessionFactory factory = locator.createSessionFactory();
            ClientSession session = factory.createSession(true, true, consumption.settleAlone() ? 0 : ACK_BATCH_BYTES);
            open.add(session);
            open.add(factory::close);
            open.add(locator::close);
            return session;
        } catch (Exception e) {
            throw new BrokerFailure("No session", e);
        }
    }

    @Override
    public Producer producer(String contentType, Answers answers) {
        ClientSession session = session(Consumption.streaming());
        SendAcknowledgementHandler handler = new Stored(answers);
        try {
            ClientProducer producer = session.createProducer();
            return (queue, body) -> {
                ClientMessage message = session.createMessage(true).writeBodyBufferBytes(body);
                try {
                    producer.send(SimpleString.of(queue), message, handler);
                } catch (ActiveMQException e) {
                    answers.failed(1, e);
                }
            };
        } catch (ActiveMQException e) {
            throw new BrokerFailure("No producer", e);
        }
    }

    private record Stored(Answers answers) implements SendAcknowledgementHandler {

        @Override
        public void sendAcknowledged(Message message) {
            answers.stored(1);
        }

        @Override
        public void sendFailed(Message message, Exception cause) {
            answers.failed(1, cause);
        }
    }

    @Override
    public void consume(List<String> queues, Consumption consumption, Deliveries deliveries) {
        ClientSession session = session(consumption);
        try {
            for (String queue : queues) {
                session.createConsumer(queue).setMessageHandler(message -> receive(message, consumption, deliveries));
            }
            session.start();
        } catch (ActiveMQException e) {
            throw new BrokerFailure("No consumer", e);
        }
    }

    private static void receive(ClientMessage message, Consumption consumption, Deliveries deliveries) {
        ActiveMQBuffer buffer = message.getBodyBuffer();
        byte[] body = new byte[buffer.readableBytes()];
        buffer.readBytes(body);
        deliveries.received(body);
        try {
            if (consumption.settleAlone()) {
                message.individualAcknowledge();
            } else {
                message.acknowledge();
            }
            deliveries.settled(1);
        } catch (ActiveMQException e) {
            deliveries.failed(e);
        }
    }

    @Override
    public void close() {
        open.close();
    }
}

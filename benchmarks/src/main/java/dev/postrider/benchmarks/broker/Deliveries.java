package dev.postrider.benchmarks.broker;

/** Hears what a consumer gets, on the client's threads. */
public interface Deliveries {

    /** A message came; the driver settles it when this returns. */
    void received(byte[] body);

    /** So many more messages are settled; where the protocol confirms a settlement, it was confirmed. */
    void settled(int messages);

    /** A settlement or the consumer itself failed. */
    void failed(Throwable cause);
}

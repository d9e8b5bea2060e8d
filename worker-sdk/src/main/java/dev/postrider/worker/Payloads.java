package dev.postrider.worker;

/** Reads payloads, and tells what a codec cannot read from what a handler fails on. */
final class Payloads {
    private Payloads() {}

    /** @throws PayloadException for whatever the codec throws */
    static <T> T read(PayloadCodec<T> codec, Delivery delivery) {
        try {
            return codec.decode(delivery.message());
        } catch (PayloadException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new PayloadException("The payload cannot be read: " + e.getMessage(), e);
        }
    }
}

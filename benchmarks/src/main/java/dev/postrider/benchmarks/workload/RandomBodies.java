package dev.postrider.benchmarks.workload;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Random bytes, which nothing compresses. */
public final class RandomBodies implements Bodies {
    private final int bytes;
    private final SplittableRandom random;

    /** Bodies of that length. */
    public RandomBodies(int bytes, long seed) {
        this.bytes = bytes;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public byte[] next(long nanos, long id) {
        ByteBuffer body = ByteBuffer.wrap(new byte[bytes]).putLong(nanos).putLong(id);
        while (body.remaining() >= Long.BYTES) {
            body.putLong(random.nextLong());
        }
        while (body.hasRemaining()) {
            body.put((byte) random.nextInt());
        }
        return body.array();
    }

    @Override
    public String contentType() {
        return "application/octet-stream";
    }

    @Override
    public Stamp stamp(byte[] body) {
        ByteBuffer read = ByteBuffer.wrap(body);
        return new Stamp(read.getLong(), read.getLong());
    }
}

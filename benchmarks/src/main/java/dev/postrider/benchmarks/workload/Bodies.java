package dev.postrider.benchmarks.workload;

/** Makes message bodies that carry an instant and an id, and reads them. One instance serves one thread. */
public interface Bodies {

    /** A new body of the size that was asked for. */
    byte[] next(long nanos, long id);

    /** What the bodies are. */
    String contentType();

    /** Reads the instant and the id of a body that an instance of the same kind made. */
    Stamp stamp(byte[] body);

    /** Makes instances. */
    interface Kind {
        Bodies of(int bytes, long seed);
    }

    /** What a body carries. */
    record Stamp(long nanos, long id) {}
}

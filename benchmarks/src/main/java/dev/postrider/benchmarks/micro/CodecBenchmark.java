package dev.postrider.benchmarks.micro;

import dev.postrider.benchmarks.workload.Bodies;
import dev.postrider.benchmarks.workload.JsonBodies;
import dev.postrider.benchmarks.workload.RandomBodies;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.record.MessageRecord;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What a record costs in each step of its way, in batches of 64 records with bodies of JSON. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@OperationsPerInvocation(CodecBenchmark.RECORDS)
public class CodecBenchmark {
    static final int RECORDS = 64;

    /** Length of a body. */
    @Param({"100", "1024"})
    public int bodyBytes;

    @Param({"json", "random"})
    public String kind;

    private final MessageRecord[] records = new MessageRecord[RECORDS];
    private final RecordBatchWriter writer = new RecordBatchWriter();
    private byte[] plain;
    private byte[] packed;
    private byte[] target;
    private RecordBatchReader reader;

    @Setup
    public void write() {
        Bodies bodies = kind.equals("json") ? new JsonBodies(bodyBytes, 1) : new RandomBodies(bodyBytes, 1);
        for (int i = 0; i < RECORDS; i++) {
            records[i] = MessageRecord.builder()
                    .contentType("application/json")
                    .body(bodies.next(0, i))
                    .build();
        }
        plain = encode();
        target = Arrays.copyOf(plain, plain.length);
        packed = Arrays.copyOf(target, RecordBatchWriter.compress(target, 0, plain.length));
        reader = RecordBatchReader.of(plain);
    }

    /** The producer's part. */
    @Benchmark
    public byte[] encode() {
        for (MessageRecord record : records) {
            writer.append(record);
        }
        return writer.finish();
    }

    /** The producer's part on request; of random bodies only the attempt. */
    @Benchmark
    public int compress() {
        System.arraycopy(plain, 0, target, 0, plain.length);
        return RecordBatchWriter.compress(target, 0, plain.length);
    }

    /** The broker's part when it comes in: checksum, and where the records lie. */
    @Benchmark
    public RecordBatchReader find() {
        return RecordBatchReader.of(plain);
    }

    /** The same of a compressed batch, as far as there is one. */
    @Benchmark
    public RecordBatchReader expandAndFind() {
        return RecordBatchReader.of(packed);
    }

    /** The broker's part when it goes out. */
    @Benchmark
    public byte[] copyBatch() {
        reader.copyBatch(0, RECORDS, target, 0);
        return target;
    }

    /** The consumer's part. */
    @Benchmark
    public void read(Blackhole end) {
        for (int i = 0; i < RECORDS; i++) {
            end.consume(reader.read(i));
        }
    }
}

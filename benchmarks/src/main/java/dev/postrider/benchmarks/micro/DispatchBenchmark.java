package dev.postrider.benchmarks.micro;

import dev.postrider.broker.delivery.ClaimedRange;
import dev.postrider.broker.delivery.ConsumerState;
import dev.postrider.broker.delivery.HandingRun;
import dev.postrider.broker.delivery.QueueCore;
import dev.postrider.protocol.codec.RecordBatchReader;
import dev.postrider.protocol.codec.RecordBatchWriter;
import dev.postrider.protocol.record.MessageRecord;
import java.util.List;
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

/** What the dispatcher's decisions cost per record: taken in, handed out, settled and forgotten. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@OperationsPerInvocation(DispatchBenchmark.RECORDS)
public class DispatchBenchmark {
    static final int RECORDS = 1_000;

    private static final long LEASE_MILLIS = 30_000;

    /** Among how many consumers the records of a chunk are shared. */
    @Param({"1", "100"})
    public int consumers;

    private final QueueCore core = new QueueCore();
    private RecordBatchReader records;
    private long chunkId;
    private long nowMillis;

    @Setup
    public void prepare() {
        RecordBatchWriter writer = new RecordBatchWriter();
        MessageRecord record = MessageRecord.builder().body(new byte[100]).build();
        for (int i = 0; i < RECORDS; i++) {
            writer.append(record);
        }
        records = RecordBatchReader.of(writer.finish());
        for (int i = 0; i < consumers; i++) {
            core.join(new ConsumerState(LEASE_MILLIS, RECORDS, true));
        }
    }

    @Benchmark
    public List<HandingRun> passThrough() {
        ClaimedRange range = new ClaimedRange(1, ++chunkId, 0, records, RECORDS, 0, ClaimedRange.Progress.NONE);
        core.add(range);
        List<HandingRun> runs = core.dispatch(++nowMillis, (any, index) -> true, Integer.MAX_VALUE);
        int[] indexes = new int[RECORDS];
        for (int index = 0; index < RECORDS; index++) {
            indexes[index] = index;
            core.beginSettle(range, index);
        }
        core.endSettle(range, indexes);
        core.forget(range);
        core.expireLeases(nowMillis);
        return runs;
    }
}

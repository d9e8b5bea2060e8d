package dev.postrider.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.client.PostriderException;
import dev.postrider.client.internal.wire.Target;
import dev.postrider.protocol.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublishLaneTest {
    private static final PostriderException FULL = PostriderException.of(ProblemCode.QUEUE_FULL, null);

    private final PublishBudget window = new PublishBudget(100_000, 1 << 30);
    private final PublishLane lane =
            new PublishLane(Target.queue("work"), new Backoff(100, 1_000, () -> 1.0), new PublishLane.Busy());

    /** A publish of so many messages of so many bytes, which remembers nothing. */
    private static PendingPublish pending(int count, int size, long deadline) {
        return new PendingPublish(Target.queue("work"), (long) count * size, true, deadline) {
            @Override
            int count() {
                return count;
            }

            @Override
            void addTo(List<byte[]> messages) {
                messages.addAll(Collections.nCopies(count, new byte[size]));
            }

            @Override
            void complete(List<String> ids, int first) {}

            @Override
            void fail(Throwable failure) {}
        };
    }

    private void add(int publishes) {
        for (int i = 0; i < publishes; i++) {
            lane.add(pending(1, 10, 0));
        }
    }

    @Test
    void allThatWaitsGoesTogether() {
        add(30);

        assertThat(lane.next(window).count).isEqualTo(30);
        assertThat(lane.next(window)).isNull();
    }

    @Test
    void soManyBatchesAreOnTheirWayAtATime() {
        for (int i = 0; i < PublishLane.BATCHES_MAX; i++) {
            add(1);
            assertThat(lane.next(window)).isNotNull();
        }
        add(5);
        assertThat(lane.next(window)).isNull();
        lane.stored();
        assertThat(lane.next(window).count).isEqualTo(5);
    }

    @Test
    void aBatchIsBoundedInMessagesAndInBytes() {
        add(PublishLane.BATCH_MESSAGES_MAX + 1);
        assertThat(lane.next(window).count).isEqualTo(PublishLane.BATCH_MESSAGES_MAX);
        assertThat(lane.next(window).count).isEqualTo(1);

        for (int i = 0; i < 3; i++) {
            lane.add(pending(1, 100_000, 0));
        }
        assertThat(lane.next(window).count).isEqualTo(2);
    }

    @Test
    void whatIsLargerThanABatchGoesAloneAndWhole() {
        lane.add(pending(3_000, 1_000, 0));
        add(1);

        assertThat(lane.next(window).count).isEqualTo(3_000);
        assertThat(lane.next(window).count).isEqualTo(1);
    }

    @Test
    void theWindowEndsABatch() {
        PublishBudget small = new PublishBudget(10, 1 << 20);
        add(25);

        PublishBatch first = lane.next(small);
        assertThat(first.count).isEqualTo(10);
        assertThat(lane.next(small)).isNull();
        small.give(first.count, first.bytes);
        assertThat(lane.next(small).count).isEqualTo(10);
    }

    @Test
    void aLaneThatRestsSendsNothingAndThenSmallerBatches() {
        add(8);
        PublishBatch batch = lane.next(window);
        lane.ended();
        lane.putBack(batch.publishes);

        assertThat(lane.rest(batch, FULL)).isEqualTo(100);
        assertThat(lane.next(window)).isNull();
        lane.rested();
        assertThat(lane.next(window).count).isEqualTo(4);
    }

    @Test
    void theBrokersWordIsLongerThanTheBackoff() {
        add(1);
        PostriderException later = new PostriderException("queue-full", 429, null, Duration.ofSeconds(3));

        assertThat(lane.rest(lane.next(window), later)).isEqualTo(3_000);
    }

    @Test
    void whatIsPutBackComesFirstInItsOldOrder() {
        PendingPublish first = pending(1, 1, 0);
        PendingPublish second = pending(1, 1, 0);
        PendingPublish third = pending(1, 1, 0);
        lane.add(third);
        lane.putBack(List.of(first, second));

        assertThat(lane.clear()).containsExactly(first, second, third);
    }

    @Test
    void whatHasAGuiltyNeighbourTravelsInSmallerCompany() {
        add(8);
        PublishBatch batch = lane.next(window);
        lane.ended();
        batch.publishes.forEach(publish -> publish.companyMax = 2);
        lane.putBack(batch.publishes);

        assertThat(lane.next(window).count).isEqualTo(2);
    }

    @Test
    void whatIsTooOldIsTakenOut() {
        PendingPublish old = pending(1, 1, 100);
        PendingPublish young = pending(1, 1, 200);
        lane.add(old);
        lane.add(young);
        List<PendingPublish> expired = new ArrayList<>();
        lane.expire(150, expired::add);

        assertThat(expired).containsExactly(old);
        assertThat(lane.clear()).containsExactly(young);
    }
}

package dev.postrider.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.client.internal.wire.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which queue sends next. */
class PublishLanesTest {
    private static final Target BUSY = Target.queue("busy");
    private static final Target QUIET = Target.queue("quiet");

    private final PublishLanes lanes = new PublishLanes();
    private final PublishBudget roomy = new PublishBudget(1_000_000, 1 << 30);

    private PublishLane add(Target target, int messages) {
        PublishLane lane = lanes.of(target);
        lane.add(PendingPublish.all(target, Collections.nCopies(messages, new byte[10]), true, 0, null));
        lanes.lineUp(lane);
        return lane;
    }

    private List<Target> turns(PublishBudget window) {
        List<Target> targets = new ArrayList<>();
        for (PublishLanes.Turn turn = lanes.next(window); turn != null; turn = lanes.next(window)) {
            targets.add(turn.lane().target);
        }
        return targets;
    }

    @Test
    void aBusyQueueLeavesItsTurnToOthersAfterEachBatch() {
        for (int i = 0; i < 3; i++) {
            add(BUSY, PublishLane.BATCH_MESSAGES_MAX);
        }
        add(QUIET, 1);

        assertThat(turns(roomy)).containsExactly(BUSY, QUIET, BUSY, BUSY);
    }

    @Test
    void whoFindsNoRoomInTheWindowIsTheFirstWhenThereIsSome() {
        PublishBudget narrow = new PublishBudget(10, 1 << 30);
        add(BUSY, 6);
        add(QUIET, 6);
        assertThat(turns(narrow)).containsExactly(BUSY);

        add(BUSY, 1);
        assertThat(turns(narrow)).as("there is room for one message").isEmpty();
        narrow.give(6, 60);
        assertThat(turns(narrow)).containsExactly(QUIET, BUSY);
    }

    @Test
    void aLaneThatHasAsManyBatchesOnTheirWayAsItMayComesBackWhenOneIsStored() {
        PublishLane lane = null;
        for (int i = 0; i <= PublishLane.BATCHES_MAX; i++) {
            lane = add(BUSY, PublishLane.BATCH_MESSAGES_MAX);
        }
        assertThat(turns(roomy)).hasSize(PublishLane.BATCHES_MAX);

        lane.stored();
        lanes.lineUp(lane);
        assertThat(turns(roomy)).containsExactly(BUSY);
    }

    @Test
    void oneOfACrowdHasOneBatchOnItsWay() {
        List<Target> crowd = new ArrayList<>();
        for (int i = 0; i <= PublishLane.CROWD; i++) {
            crowd.add(Target.queue("queue-" + i));
        }
        crowd.forEach(target -> add(target, 1));
        assertThat(turns(roomy)).isEqualTo(crowd);

        crowd.forEach(target -> add(target, 1));
        assertThat(turns(roomy)).isEmpty();

        PublishLane first = lanes.of(crowd.get(0));
        first.stored();
        lanes.lineUp(first);
        assertThat(turns(roomy)).containsExactly(crowd.get(0));
    }

    @Test
    void aLaneMayHaveMoreOnTheirWayWhenTheOthersAreDone() {
        List<PublishLane> crowd = new ArrayList<>();
        for (int i = 0; i <= PublishLane.CROWD; i++) {
            crowd.add(add(Target.queue("queue-" + i), 1));
        }
        assertThat(turns(roomy)).hasSize(crowd.size());
        crowd.get(0).stored();

        PublishLane left = add(crowd.get(1).target, 1);
        assertThat(turns(roomy)).containsExactly(left.target);
    }

    @Test
    void whatWasTakenOutOfALaneThatStoodInLineHasNoTurn() {
        add(BUSY, 1);
        add(QUIET, 1);

        assertThat(lanes.clear()).hasSize(2);
        assertThat(lanes.areIdle()).isTrue();
        assertThat(turns(roomy)).isEmpty();
        add(QUIET, 1);
        assertThat(turns(roomy)).containsExactly(QUIET);
    }
}

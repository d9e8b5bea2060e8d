package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.Admitted.Front;
import dev.postrider.broker.store.FairPlace;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The virtual time of one priority of a fair queue, and how far each tenant's messages reach into it: start-time fair
 * queueing (Goyal, Vin, Cheng 1996). A record starts where the one before it of its tenant ends, or now, if that is
 * past; now is where the one starts that is next. So what a tenant sends lies one behind the other, while who has sent
 * nothing starts now. Not thread-safe.
 */
final class VirtualTime {
    /**
     * Of tenants that have messages waiting, so many are known; of more, those are forgotten that sent least recently,
     * and start now when they send again.
     */
    static final int TENANTS_MAX = 10_000;

    private static final int SWEEP_MIN = 1_000;

    /** Where the last record of each tenant ends, who sent least recently first. */
    private final LinkedHashMap<String, Long> ends = new LinkedHashMap<>();

    private long turns;
    private int sweepAt = SWEEP_MIN;

    /** Begins the turns of one commit, which is told who is next. */
    Turns begin(Front front) {
        long now = front.place() == null ? FairPlace.ofMillis(front.nowMillis()) : front.place();
        forgetThePast(now);
        // Behind the one that is next; and two commits that find the same one shall not have the same places, since
        // claims go from place to place.
        return new Turns(now + 1 + turns++ % (FairPlace.RECORD - 1));
    }

    /** How many tenants it knows. */
    int tenants() {
        return ends.size();
    }

    private void forgetThePast(long now) {
        if (ends.size() >= sweepAt) {
            ends.values().removeIf(end -> end <= now);
            sweepAt = Math.max(SWEEP_MIN, 2 * ends.size());
        }
    }

    private void reach(String tenant, long end) {
        Long before = ends.remove(tenant);
        ends.put(tenant, before == null ? end : Math.max(before, end));
        if (ends.size() > TENANTS_MAX) {
            ends.remove(ends.keySet().iterator().next());
        }
    }

    /** The turns of the records that one commit stores. They count for later commits only once they are kept. */
    final class Turns {
        private final long now;
        private final Map<String, long[]> reached = new LinkedHashMap<>();

        private Turns(long now) {
            this.now = now;
        }

        /** Where whoever has waited longest starts. */
        long now() {
            return now;
        }

        /** Where the next record of a tenant starts; {@code tenant} null: of all that name none. */
        long next(String tenant) {
            long[] end = reached.computeIfAbsent(
                    tenant, absent -> new long[] {Math.max(now, ends.getOrDefault(absent, Long.MIN_VALUE))});
            long start = end[0];
            end[0] += FairPlace.RECORD;
            return start;
        }

        /** The commit is stored. */
        void keep() {
            reached.forEach((tenant, end) -> reach(tenant, end[0]));
        }
    }
}

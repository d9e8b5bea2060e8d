package dev.postrider.broker.dispatch;

import dev.postrider.broker.store.FairPlace;
import dev.postrider.broker.store.NewDelivery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A run of records of a fair queue on its way into a chunk: a delivery for all whose turns come about together, which
 * does not owe the others in between. Used for one run after another. Not thread-safe.
 */
final class FairRun {
    /**
     * So many turns are one delivery: a tenant's record may wait for as many of another that started with it. Fewer
     * would make more rows, of which a flood has one for so many messages.
     */
    static final int QUANTUM = 100;

    /** A run has no more deliveries than so many, */
    private static final int ROWS = 8;
    /** and one for so many records, however far apart their turns are. */
    private static final int RECORDS_PER_ROW = 50;

    private static final long REFUSED = Long.MIN_VALUE;

    private final FairTurns.OfQueue turns;
    private long[] starts = new long[16];
    private int count;
    private int wanted;

    FairRun(FairTurns.OfQueue turns) {
        this.turns = turns;
    }

    /** Records {@code offset} to {@code offset + some - 1} of the append come next; refused: the queue gets none. */
    void add(Append append, int offset, int some, boolean refused) {
        if (count + some > starts.length) {
            starts = Arrays.copyOf(starts, Math.max(count + some, 2 * count));
        }
        for (int i = 0; i < some; i++) {
            starts[count++] = refused ? REFUSED : turns.next(append, offset + i);
        }
        wanted += refused ? 0 : some;
    }

    /** How many records the queue gets of what was added since the last time. */
    int wanted() {
        return wanted;
    }

    /**
     * The deliveries of what was added since the last time.
     *
     * @param like says what they have in common; its {@code first} and {@code byteCount} are those of the run
     * @param kept so many, those whose turns come first, are the broker's from the start, 0 up
     * @param brokerId owner of these
     */
    List<NewDelivery> build(NewDelivery like, int kept, long brokerId) {
        long[] sorted = sortedStarts();
        long[] places = placesOf(sorted, kept);
        Members members = membersOf(sorted, places, kept);
        List<NewDelivery> built = new ArrayList<>(places.length);
        for (int group = kept > 0 ? 0 : 1; group < places.length; group++) {
            built.add(delivery(like, members, group, places[group], group == 0 ? brokerId : 0));
        }
        count = 0;
        wanted = 0;
        return built;
    }

    private long[] sortedStarts() {
        long[] sorted = new long[wanted];
        int next = 0;
        for (int i = 0; i < count; i++) {
            if (starts[i] != REFUSED) {
                sorted[next++] = starts[i];
            }
        }
        Arrays.sort(sorted);
        return sorted;
    }

    /** The place of each group: the first is that of the kept records, whether there are any or not. */
    private static long[] placesOf(long[] sorted, int kept) {
        int rows = ROWS + sorted.length / RECORDS_PER_ROW;
        int membersMin = (sorted.length + rows - 1) / rows;
        long[] places = new long[2 + rows];
        int groups = 1;
        int members = 0;
        places[0] = sorted.length == 0 ? 0 : sorted[0];
        for (int i = kept; i < sorted.length; i++) {
            boolean isFar = sorted[i] - places[groups - 1] >= QUANTUM * FairPlace.RECORD;
            if (i == kept || isFar && members >= membersMin && sorted[i] > sorted[i - 1]) {
                places[groups++] = sorted[i];
                members = 0;
            }
            members++;
        }
        return Arrays.copyOf(places, groups);
    }

    /** Who belongs to which group: for each record its number, -1: none; and for each group where it lies. */
    private record Members(int[] groups, int[] from, int[] to, int[] owed) {}

    private Members membersOf(long[] sorted, long[] places, int kept) {
        Members members =
                new Members(new int[count], new int[places.length], new int[places.length], new int[places.length]);
        long lastKept = kept == 0 ? REFUSED : sorted[kept - 1];
        int keptAtLast = 0;
        while (keptAtLast < kept && sorted[kept - 1 - keptAtLast] == lastKept) {
            keptAtLast++;
        }
        for (int i = 0; i < count; i++) {
            int group = -1;
            if (starts[i] != REFUSED) {
                boolean isKept = starts[i] < lastKept || starts[i] == lastKept && keptAtLast-- > 0;
                group = isKept ? 0 : groupAt(places, starts[i]);
                if (members.owed[group]++ == 0) {
                    members.from[group] = i;
                }
                members.to[group] = i + 1;
            }
            members.groups[i] = group;
        }
        return members;
    }

    private static int groupAt(long[] places, long start) {
        int found = Arrays.binarySearch(places, 1, places.length, start);
        return found >= 0 ? found : -found - 2;
    }

    private NewDelivery delivery(NewDelivery like, Members members, int group, long place, long owner) {
        int from = members.from[group];
        int to = members.to[group];
        BitSet others = new BitSet();
        for (int i = from; i < to; i++) {
            others.set(like.first() + i, members.groups[i] != group);
        }
        int otherCount = to - from - members.owed[group];
        return new NewDelivery(
                like.queueId(),
                like.first() + from,
                to - from,
                (int) ((long) like.byteCount() * members.owed[group] / count),
                like.priority(),
                like.readyAtMillis(),
                like.expiresAtMillis(),
                owner,
                otherCount == 0 ? null : Arrays.copyOf(others.toByteArray(), (like.first() + to + 7) / 8),
                otherCount,
                NewDelivery.Turn.fair(like.priority(), place));
    }
}

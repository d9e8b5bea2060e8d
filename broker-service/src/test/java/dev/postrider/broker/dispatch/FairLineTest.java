package dev.postrider.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairLineTest {
    private static final int TURN = (int) FairLine.QUANTUM_BYTES;

    private record Item(String target, int number, int bytes) {}

    private final FairLine<Item> line = new FairLine<>(Item::target, Item::bytes);

    @Test
    void whatGoesToOneTargetKeepsItsOrder() {
        add("a", TURN / 3, 10);

        assertThat(numbersOf("a", takeAll())).isSorted().hasSize(10);
    }

    @Test
    void whoFloodsOneTargetLetsThePublishForAnotherGoNext() {
        add("flood", TURN, 100);
        add("quiet", 100, 1);

        assertThat(takeAll().indexOf(new Item("quiet", 0, 100))).isLessThanOrEqualTo(2);
    }

    @Test
    void targetsTakeTurnsByBytesAndNotByNumber() {
        add("large", TURN, 100);
        add("small", TURN / 64, 6_400);

        long large = 0;
        long small = 0;
        for (int i = 0; i < 1_300; i++) {
            Item next = line.poll();
            large += next.target().equals("large") ? next.bytes() : 0;
            small += next.target().equals("small") ? next.bytes() : 0;
        }

        assertThat(Math.abs(large - small)).isLessThanOrEqualTo(2 * TURN);
    }

    @Test
    void oneThatIsLargerThanATurnGoesWhenSoMuchIsSavedUp() {
        add("small", TURN / 2, 40);
        add("huge", TURN * 8, 1);

        assertThat(takeAll().indexOf(new Item("huge", 0, TURN * 8))).isBetween(14, 20);
    }

    @Test
    void oneThatWaitsAloneGoesAtOnceHoweverLarge() {
        add("huge", TURN * 1_000, 1);

        assertThat(line.poll().target()).isEqualTo("huge");
        assertThat(line.isEmpty()).isTrue();
        assertThat(line.poll()).isNull();
    }

    @Test
    void whatIsPutBackGoesBeforeAllOthersOfItsTarget() {
        add("a", 10, 3);
        Item first = line.poll();

        line.addFirst(first);

        assertThat(numbersOf("a", takeAll())).containsExactly(0, 1, 2);
    }

    @Test
    void whatIsTakenOutComesInTheOrderOfItsTargetAndIsNoLongerCounted() {
        add("a", 10, 4);
        add("b", 1, 2);

        List<Item> removed = line.removeIf(item -> item.target().equals("b") || item.number() % 2 == 1);

        assertThat(numbersOf("a", removed)).containsExactly(1, 3);
        assertThat(numbersOf("b", removed)).containsExactly(0, 1);
        assertThat(line.bytes()).isEqualTo(20);
        assertThat(numbersOf("a", takeAll())).containsExactly(0, 2);
        assertThat(line.bytes()).isZero();
        assertThat(line.isEmpty()).isTrue();
    }

    @Test
    void whoIsLookedAtIsWhoIsTaken() {
        add("a", TURN - 1, 5);
        add("b", TURN / 3, 9);

        while (!line.isEmpty()) {
            assertThat(line.peek()).isSameAs(line.poll());
        }
    }

    private void add(String target, int bytes, int count) {
        for (int i = 0; i < count; i++) {
            line.add(new Item(target, i, bytes));
        }
    }

    private List<Item> takeAll() {
        List<Item> taken = new ArrayList<>();
        while (!line.isEmpty()) {
            taken.add(line.poll());
        }
        return taken;
    }

    private static List<Integer> numbersOf(String target, List<Item> items) {
        return items.stream()
                .filter(item -> item.target().equals(target))
                .map(Item::number)
                .toList();
    }
}

package dev.postrider.broker.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatheredTest {
    private final List<List<Integer>> asked = new ArrayList<>();
    private final List<Promise<List<String>>> underWay = new ArrayList<>();
    private final Gathered<Integer, String> gathered = new Gathered<>(2, 3, questions -> {
        asked.add(questions);
        Promise<List<String>> answer = Promise.promise();
        underWay.add(answer);
        return answer.future();
    });

    @Test
    void asksAtOnceAsLongAsLittleIsUnderWay() {
        gathered.ask(1);
        gathered.ask(2);

        assertThat(asked).containsExactly(List.of(1), List.of(2));
    }

    @Test
    void theRestWaitsAndGoesTogether() {
        for (int question = 1; question <= 6; question++) {
            gathered.ask(question);
        }
        assertThat(asked).hasSize(2);

        underWay.get(1).complete(List.of("two"));

        assertThat(asked).containsExactly(List.of(1), List.of(2), List.of(3, 4, 5));
        underWay.get(0).complete(List.of("one"));
        assertThat(asked.get(3)).containsExactly(6);
    }

    @Test
    void everybodyGetsItsOwnAnswer() {
        gathered.ask(1);
        gathered.ask(2);
        Future<String> third = gathered.ask(3);
        Future<String> fourth = gathered.ask(4);

        underWay.get(0).complete(List.of("one"));
        underWay.get(2).complete(List.of("three", "four"));

        assertThat(third.result()).isEqualTo("three");
        assertThat(fourth.result()).isEqualTo("four");
    }

    @Test
    void aFailureIsThatOfAllWhoWereAskedForAndOfNobodyElse() {
        Future<String> first = gathered.ask(1);
        gathered.ask(2);
        Future<String> third = gathered.ask(3);

        underWay.get(0).fail(new IllegalStateException("gone"));

        assertThat(first.cause()).hasMessage("gone");
        assertThat(third.isComplete()).isFalse();
        underWay.get(2).complete(List.of("three"));
        assertThat(third.result()).isEqualTo("three");
    }
}

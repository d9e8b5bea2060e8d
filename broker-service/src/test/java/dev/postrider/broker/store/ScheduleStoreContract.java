package dev.postrider.broker.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.broker.schedule.Missed;
import dev.postrider.broker.schedule.Schedule;
import dev.postrider.broker.schedule.Timing;
import dev.postrider.protocol.record.MessageRecord;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link ScheduleStore} does. Each test has names of its own. */
public abstract class ScheduleStoreContract {
    private static final long FAR = 4_000_000_000_000L;
    private static final long HOUR = 3_600_000;

    protected abstract ScheduleStore schedules();

    @Test
    void keepsADefinitionAsItWasGiven() {
        Schedule given = new Schedule(
                "kept",
                Timing.parse(" 0 9 * *  MON-FRI", "Europe/Berlin"),
                new Schedule.Target(null, "orders"),
                MessageRecord.builder()
                        .key("k")
                        .priority(3)
                        .contentType("application/json")
                        .header("a", "b")
                        .delayMillis(5)
                        .ttlMillis(7)
                        .body("{}".getBytes(StandardCharsets.UTF_8))
                        .build(),
                Missed.SKIP,
                null);

        Map.Entry<Schedule, Boolean> put = Await.result(schedules().put(given, FAR));
        Schedule found = Await.result(schedules().find("kept")).orElseThrow();

        assertThat(put.getValue()).isTrue();
        assertThat(found.timing().cron()).isEqualTo(" 0 9 * *  MON-FRI");
        assertThat(found.timing().timeZone()).isEqualTo("Europe/Berlin");
        assertThat(found.target()).isEqualTo(given.target());
        assertThat(found.missed()).isEqualTo(Missed.SKIP);
        assertThat(found.message()).usingRecursiveComparison().isEqualTo(given.message());
        assertThat(found.state().nextAtMillis()).isEqualTo(FAR);
        assertThat(found.state().createdAtMillis()).isPositive();
    }

    @Test
    void replacesADefinitionAndKeepsWhenItFiresIfThatIsTheSame() {
        Await.result(schedules().put(daily("changed"), FAR));
        Schedule same =
                Await.result(schedules().put(daily("changed"), FAR + HOUR)).getKey();
        Map.Entry<Schedule, Boolean> other = Await.result(schedules().put(schedule("changed", "@hourly"), FAR + HOUR));

        assertThat(same.state().nextAtMillis()).isEqualTo(FAR);
        assertThat(other.getKey().state().nextAtMillis()).isEqualTo(FAR + HOUR);
        assertThat(other.getKey().state().version()).isGreaterThan(same.state().version());
        assertThat(other.getValue()).isFalse();
    }

    @Test
    void deletesOnce() {
        Await.result(schedules().put(daily("deleted"), FAR));

        assertThat(Await.result(schedules().delete("deleted"))).isTrue();
        assertThat(Await.result(schedules().delete("deleted"))).isFalse();
        assertThat(Await.result(schedules().find("deleted"))).isEqualTo(Optional.empty());
    }

    @Test
    void listsByNameAsBytesSort() {
        for (String name : List.of("list.b", "list.B", "list.a10", "list.a-1", "list.a", "list_z", "lisu")) {
            Await.result(schedules().put(daily(name), FAR));
        }

        assertThat(names(schedules().list("list.", null, 10)))
                .containsExactly("list.B", "list.a", "list.a-1", "list.a10", "list.b");
        assertThat(names(schedules().list("list.", "list.a", 2))).containsExactly("list.a-1", "list.a10");
    }

    @Test
    void tellsWhatIsDueByTheTimeOfFiring() {
        for (int n = 0; n < 5; n++) {
            Await.result(schedules().put(daily("due-" + n), 1_000 - n / 2));
        }
        Await.result(schedules().put(daily("due-later"), FAR));

        List<Schedule> first = Await.result(schedules().due(0, null, 2));
        List<Schedule> second = Await.result(schedules().due(0, first.get(1), 2));
        List<Schedule> third = Await.result(schedules().due(0, second.get(1), 2));
        List<Schedule> ahead = Await.result(schedules().due(FAR, third.get(0), 1_000));

        assertThat(first).extracting(Schedule::name).containsExactly("due-4", "due-2");
        assertThat(second).extracting(Schedule::name).containsExactly("due-3", "due-0");
        assertThat(third).extracting(Schedule::name).containsExactly("due-1");
        assertThat(ahead).extracting(Schedule::name).contains("due-later").doesNotContain("due-1");
        first.forEach(due -> Await.result(schedules().delete(due.name())));
        second.forEach(due -> Await.result(schedules().delete(due.name())));
        third.forEach(due -> Await.result(schedules().delete(due.name())));
    }

    @Test
    void isAdvancedByOneHoweverManyTry() {
        Schedule read = Await.result(schedules().put(daily("raced"), FAR)).getKey();

        List<Future<Boolean>> tries = IntStream.range(0, 20)
                .mapToObj(i -> schedules().advance(read, FAR + HOUR))
                .toList();

        assertThat(tries.stream().filter(Await::result)).hasSize(1);
        assertThat(Await.result(schedules().find("raced")).orElseThrow().state().nextAtMillis())
                .isEqualTo(FAR + HOUR);
    }

    @Test
    void isNotAdvancedOnceItWasChangedOrDeleted() {
        Schedule read = Await.result(schedules().put(daily("outdated"), FAR)).getKey();
        Await.result(schedules().put(daily("outdated"), FAR));

        assertThat(Await.result(schedules().advance(read, FAR + HOUR))).isFalse();
        Await.result(schedules().delete("outdated"));
        assertThat(Await.result(schedules().advance(read, FAR + HOUR))).isFalse();
    }

    private static List<String> names(Future<List<Schedule>> schedules) {
        return Await.result(schedules).stream().map(Schedule::name).toList();
    }

    private static Schedule daily(String name) {
        return schedule(name, "@daily");
    }

    private static Schedule schedule(String name, String cron) {
        return new Schedule(
                name,
                Timing.parse(cron, "UTC"),
                new Schedule.Target("work", null),
                MessageRecord.builder().build(),
                Missed.ONCE,
                null);
    }
}

package dev.postrider.broker.store.postgres.statement;

import dev.postrider.broker.store.FairPlace;

/**
 * The place of a delivery that becomes ready again. That of a fair queue stands behind who is next by now: the lowest
 * place of all that is ready is what those who come go by, so that it must not go back.
 */
final class ReadyPlace {
    private ReadyPlace() {}

    /** An expression for a row of that name, which has the columns of {@code delivery}; others keep their place. */
    static String of(String row) {
        return """
                case when %1$s.part >= %2$d then greatest(%1$s.place, coalesce(
                    (select front.place + 1 from delivery front
                      where front.queue_id = %1$s.queue_id and front.part = %1$s.part and front.part >= 0
                        and front.owner is null and not front.scheduled
                      order by front.place, front.first limit 1),
                    (clock_millis() - %3$d) * %4$d)) else %1$s.place end"""
                .formatted(row, FairPlace.FIRST_PART, FairPlace.EPOCH_MILLIS, FairPlace.UNITS_PER_MILLI);
    }
}

package dev.postrider.benchmarks.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.benchmarks.features.InFlight.Life;
import org.junit.jupiter.api.Test;

class InFlightTest {
    private final InFlight inFlight = new InFlight();

    @Test
    void theMostAtOnceCounts() {
        Life life = new Life();
        inFlight.taken(life);
        inFlight.taken(life);
        inFlight.released(life);
        inFlight.taken(life);

        assertThat(inFlight.most()).isEqualTo(2);
    }

    @Test
    void whatADeadBrokerHandedOutStaysInFlightWhileItIsListed() {
        Life dead = heldByTheDead();
        Life other = new Life();
        inFlight.taken(other);
        dead.seen(System.nanoTime());

        assertThat(inFlight.most()).isEqualTo(3);
    }

    @Test
    void itIsInFlightNoMoreOnceTheBrokerIsGone() {
        heldByTheDead();
        Life other = new Life();
        inFlight.taken(other);
        inFlight.taken(other);

        assertThat(inFlight.most()).isEqualTo(2);
    }

    private Life heldByTheDead() {
        Life dead = new Life();
        inFlight.taken(dead);
        inFlight.taken(dead);
        dead.end(System.nanoTime());
        inFlight.died(dead);
        return dead;
    }
}

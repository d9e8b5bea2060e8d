package dev.postrider.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The simulation is worth what it finds. Each defect is put into a world of its own, outside of the shipped code, and
 * the invariant that is meant for it must tell of it within a few seeds. The same seeds without a defect are part of
 * {@link SimulationTest}.
 */
class SeededDefectsTest {
    private static final long SEEDS = 400;

    @ParameterizedTest
    @EnumSource
    void isFoundByTheInvariantThatIsMeantForIt(SeededDefect defect) {
        Map<String, Integer> tellers = new TreeMap<>();
        for (long seed = 1; seed <= SEEDS && !tellers.containsKey(defect.teller()); seed++) {
            try {
                Simulation.run(seed, defect);
            } catch (Violation violation) {
                tellers.merge(violation.invariant(), 1, Integer::sum);
            }
        }
        System.out.printf("%s was told by %s%n", defect, tellers);
        assertThat(tellers).containsKey(defect.teller());
    }
}

package dev.postrider.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postrider.system.process.RunningPrograms;
import dev.postrider.system.rig.LongRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * All faults, drawn from a seed, for as long as one likes. By its name no build runs it; {@code docs/guides/rig.md}
 * has the command.
 */
class LongPlan {
    @RegisterExtension
    private final RunningPrograms programs = new RunningPrograms();

    @Test
    void nothingIsLostAndServiceComesBackByItself() {
        assertThat(LongRun.run(programs)).isEmpty();
    }
}

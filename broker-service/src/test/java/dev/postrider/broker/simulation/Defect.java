package dev.postrider.broker.simulation;

import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.simulation.model.Model;

/** A mistake that is put into the world to see whether it is found. Each part may be replaced by a wrong one. */
interface Defect {
    /** Everything is as it should be. */
    Defect NONE = new Defect() {};

    /** The database, changed in place. */
    default void spoil(Model model) {}

    /** The ports of one broker. */
    default Stores stores(Stores right) {
        return right;
    }

    /** The way in which consumers join a broker. */
    default Consumers consumers(Consumers right) {
        return right;
    }
}

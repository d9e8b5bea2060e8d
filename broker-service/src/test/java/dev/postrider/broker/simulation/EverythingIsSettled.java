package dev.postrider.broker.simulation;

import dev.postrider.broker.dispatch.BrokerMemory;
import dev.postrider.broker.simulation.model.Tables;
import java.util.List;

/** Once nothing breaks any more, all that is stored reaches its end, and nothing is left behind. */
final class EverythingIsSettled extends Invariant {
    @Override
    void atEnd(World world) {
        Tables tables = world.model().tables();
        if (!tables.rows().isEmpty()) {
            throw broken("still owed: " + tables.rows() + ", in memory: " + memory(world));
        }
        if (!tables.chunkIds().isEmpty()) {
            throw broken("chunks that nobody owes: " + tables.chunkIds());
        }
    }

    private static List<String> memory(World world) {
        return world.running().stream()
                .map(process ->
                        process + " as " + process.broker().brokerId() + " " + BrokerMemory.of(process.broker()))
                .toList();
    }
}

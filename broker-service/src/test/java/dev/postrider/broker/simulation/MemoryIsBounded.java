package dev.postrider.broker.simulation;

import dev.postrider.broker.dispatch.BrokerMemory;

/** What a broker keeps in memory has a bound, and goes with what it was kept for. */
final class MemoryIsBounded extends Invariant {
    @Override
    void look(World world) {
        for (BrokerProcess process : world.running()) {
            BrokerMemory memory = BrokerMemory.of(process.broker());
            if (memory.cachedBytes() > world.wishes().settings().cacheBytesMax() || memory.reserved() < 0) {
                throw broken(process + " keeps too much: " + memory);
            }
        }
    }

    @Override
    void atEnd(World world) {
        for (BrokerProcess process : world.running()) {
            BrokerMemory memory = BrokerMemory.of(process.broker());
            if (memory.heldBytes() != 0 || memory.ranges() != 0 || memory.reserved() != 0 || !memory.idle()) {
                throw broken(process + " still keeps " + memory);
            }
        }
    }
}

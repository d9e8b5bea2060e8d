package dev.postrider.broker.simulation;

import java.util.List;

/** Every invariant, in the order in which they are asked at the end: what is still there is not lost. */
final class Promises {
    private Promises() {}

    static List<Invariant> of(World world) {
        return List.of(
                new EverythingIsSettled(),
                new NothingIsLost(world),
                new NothingIsInvented(),
                new SettledOnce(world),
                new CreditIsKept(world),
                new LeaseIsHonoured(world),
                new ReceiptIsHonoured(world),
                new AttemptsAreBounded(world),
                new AttemptsAreCounted(world),
                new KeyIsStoredOnce(),
                new InFlightIsBounded(world),
                new RateIsKept(world),
                new KeyOrderIsKept(world),
                new InFlightPerKeyIsBounded(world),
                new NoTenantStarves(world),
                new MemoryIsBounded());
    }
}

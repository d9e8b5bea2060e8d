package dev.postrider.broker.simulation;

import java.util.ArrayList;
import java.util.List;

/** One world from one seed: a bad time, then peace until everything is settled. */
final class Simulation {
    /** How long everything may take to be settled once nothing breaks any more. */
    private static final long PEACE_MILLIS_MAX = 240_000;
    /** Two sweeps: what is left behind is gone after them. */
    private static final long SWEEPS_MILLIS = 22_000;

    private static final long STEP_MILLIS = 500;
    private static final long OPERATOR_MILLIS = 3_000;

    private final long seed;
    private final World world;
    private final Nemesis nemesis;
    private final List<PublisherClient> publishers = new ArrayList<>();
    private final List<OrderedPublisher> ordered = new ArrayList<>();
    private final List<ConsumerClient> consumers = new ArrayList<>();
    /** Null: no queue is fair. */
    private final Tenants tenants;

    /**
     * What came of a world.
     *
     * @param hash of all that happened
     * @param messages published
     * @param handOuts to consumers
     * @param faults besides those of the network
     * @param events of the scheduler
     */
    record Result(long hash, int messages, int handOuts, int faults, long events) {}

    private Simulation(long seed, Defect defect) {
        this.seed = seed;
        world = new World(new Chance(seed), defect);
        for (int i = 0; i < world.wishes().publishers(); i++) {
            publishers.add(new PublisherClient(world, "p" + i));
        }
        for (int i = 0; i < world.wishes().consumers(); i++) {
            consumers.add(new ConsumerClient(world, "c" + i, i % 2 == 0 ? Wishes.WORK : Wishes.MAIL));
        }
        if (world.wishes().hasGrave()) {
            consumers.add(new ConsumerClient(world, "undertaker", Wishes.GRAVE));
        }
        for (int i = 0; i < 2 && world.wishes().inFlightPerKey() > 0; i++) {
            ordered.add(new OrderedPublisher(world, "o" + i));
        }
        nemesis = new Nemesis(world);
        new Operator(world);
        new Subscriber(world);
        tenants = world.wishes().isFair() ? new Tenants(world) : null;
    }

    /** Throws a {@link Violation} if a promise is broken. */
    static Result run(long seed, Defect defect) {
        return new Simulation(seed, defect).run();
    }

    private Result run() {
        // A whole number of steps, so that the operator's rounds are met.
        long badUntil = world.wishes().faultsUntilMillis() / STEP_MILLIS * STEP_MILLIS;
        while (now() < badUntil) {
            step();
        }
        world.trace().note("peace", 0, "");
        world.heal();
        consumers.forEach(ConsumerClient::becomePatient);
        // What was sent in the bad time may land even now.
        long settledSince = now();
        while (now() - settledSince < SWEEPS_MILLIS && now() < badUntil + PEACE_MILLIS_MAX) {
            unpause();
            step();
            if (!isSettled()) {
                settledSince = now();
            }
        }
        world.history().atEnd(world);
        return new Result(
                world.trace().hash() ^ seed,
                world.history().published().size(),
                world.history().handOutCount(),
                nemesis.faults(),
                world.scheduler().count());
    }

    private void step() {
        world.scheduler().runUntil(now() + STEP_MILLIS);
        if (world.thrown() != null) {
            throw new Violation("NothingIsThrown", world.thrown().toString(), world.thrown());
        }
        world.history().look(world);
    }

    /** An operator looks now and then that no queue stays paused. */
    private void unpause() {
        if (now() % OPERATOR_MILLIS != 0 || world.running().isEmpty()) {
            return;
        }
        for (String queue : List.of(Wishes.WORK, Wishes.MAIL)) {
            if (world.model().tables().queue(queue).paused()) {
                BrokerProcess any = world.chance().oneOf(world.running());
                any.call(() -> any.queues().pause(queue, false), done -> {});
            }
        }
    }

    private boolean isSettled() {
        return publishers.stream().allMatch(PublisherClient::isDone)
                && ordered.stream().allMatch(OrderedPublisher::isDone)
                && (tenants == null || tenants.isDone())
                && world.model().tables().rows().isEmpty();
    }

    private long now() {
        return world.scheduler().nowMillis();
    }
}

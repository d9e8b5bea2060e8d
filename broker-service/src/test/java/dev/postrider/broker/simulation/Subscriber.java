package dev.postrider.broker.simulation;

/** Subscribes queues to the topic of some worlds, one time after the other, through whichever broker is there. */
final class Subscriber {
    private final World world;
    private final Chance chance;

    Subscriber(World world) {
        this.world = world;
        this.chance = world.chance().split();
        if (world.wishes().hasTopic()) {
            again();
        }
    }

    private void again() {
        world.scheduler().after(chance.between(10, 6_000), () -> {
            if (!world.isAtPeace()) {
                if (!world.running().isEmpty()) {
                    subscribe(chance.oneOf(world.running()), chance.happens(0.5) ? Wishes.WORK : Wishes.MAIL);
                }
                again();
            }
        });
    }

    private void subscribe(BrokerProcess process, String queue) {
        String filter = world.wishes().filterOf(queue);
        process.call(() -> process.topics().subscribe(Wishes.NEWS, queue, filter), answer -> {
            if (answer.succeeded()) {
                world.history().subscribed(queue);
            }
        });
    }
}

package dev.postrider.broker.simulation;

import dev.postrider.broker.dispatch.Settler;
import dev.postrider.broker.simulation.HandOut.End;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What a client does with messages: each ends in some way, or in none. */
final class Settling {
    private static final int REPEATS_MAX = 5;

    private final World world;
    private final Chance chance;
    private final boolean slow;

    Settling(World world, Chance chance) {
        this.world = world;
        this.chance = chance;
        this.slow = chance.happens(0.4);
    }

    /** {@code onDone} gets how many messages the client is through with. */
    void take(List<HandOut> handOuts, boolean patient, Consumer<Integer> onDone) {
        if (patient) {
            later(chance.between(0, 50), () -> settle(handOuts, End.ACK, 0, onDone));
        } else if (chance.happens(0.3)) {
            later(think(), () -> settle(handOuts, End.ACK, 0, onDone));
        } else {
            handOuts.forEach(handOut -> take(handOut, onDone));
        }
    }

    private void take(HandOut handOut, Consumer<Integer> onDone) {
        List<HandOut> alone = List.of(handOut);
        int whim = chance.between(0, 99);
        if (whim < 58) {
            later(think(), () -> settle(alone, End.ACK, 0, onDone));
        } else if (whim < 76) {
            later(think(), () -> settle(alone, End.NACK, 0, onDone));
        } else if (whim < 80) {
            later(think(), () -> settle(alone, End.DEAD_LETTER, 0, onDone));
        } else if (whim < 88) {
            later(think(), () -> extend(handOut));
            later(think() + chance.between(0, 3_000), () -> settle(alone, End.ACK, 0, onDone));
        } else {
            // Lets the lease run out.
            later(chance.between(0, 8_000), () -> onDone.accept(1));
        }
    }

    /** Mostly quick; now and then longer than any lease. */
    private int think() {
        return chance.happens(0.05) ? chance.between(0, 12_000) : chance.between(0, slow ? 2_500 : 400);
    }

    private void settle(List<HandOut> handOuts, End end, int repeats, Consumer<Integer> onDone) {
        handOuts.forEach(handOut -> world.history().asked(handOut, end));
        List<String> receipts = receiptsOf(handOuts);
        String queue = handOuts.get(0).queue;
        BrokerProcess process = anyProcess(handOuts.get(0));
        process.call(() -> send(process.settler(), queue, receipts, end), answer -> {
            if (answer.succeeded()) {
                answered(handOuts, end, answer.result());
            } else if (repeats < REPEATS_MAX && chance.happens(0.7)) {
                later(chance.between(10, 2_000), () -> settle(handOuts, end, repeats + 1, onDone));
                return;
            }
            onDone.accept(handOuts.size());
        });
    }

    private Future<Settler.Settled> send(Settler settler, String queue, List<String> receipts, End end) {
        return switch (end) {
            case ACK -> settler.ack(chance.happens(0.5) ? queue : null, receipts);
            case NACK -> settler.nack(queue, receipts, chance.happens(0.5) ? -1 : chance.between(0, 1_500), "no");
            case DEAD_LETTER -> settler.deadLetter(queue, receipts, "never");
        };
    }

    private void answered(List<HandOut> handOuts, End end, Settler.Settled settled) {
        Set<String> failed = new HashSet<>();
        settled.failed().forEach(one -> failed.add(one.receipt()));
        for (HandOut handOut : handOuts) {
            if (failed.contains(handOut.receipt.toText())) {
                world.history().turnedDown(handOut, end);
            } else {
                world.history().settled(handOut, end);
            }
        }
    }

    private void extend(HandOut handOut) {
        int lease = chance.between(500, 6_000);
        long askedAt = world.scheduler().nowMillis();
        world.history().askedToExtend(handOut, lease);
        BrokerProcess process = anyProcess(handOut);
        process.call(() -> process.settler().extend(handOut.queue, receiptsOf(List.of(handOut)), lease), answer -> {
            if (answer.succeeded() && answer.result().settled() == 1) {
                world.history().extended(handOut, askedAt, lease);
            }
        });
    }

    /** Mostly the one that handed it out, if it still runs. */
    private BrokerProcess anyProcess(HandOut handOut) {
        List<BrokerProcess> running = world.running();
        BrokerProcess own = handOut.session.process;
        return running.isEmpty() || running.contains(own) && chance.happens(0.8) ? own : chance.oneOf(running);
    }

    private static List<String> receiptsOf(List<HandOut> handOuts) {
        return handOuts.stream().map(handOut -> handOut.receipt.toText()).toList();
    }

    private void later(int millis, Runnable task) {
        world.scheduler().after(millis, task);
    }
}

package dev.postrider.broker.store.postgres;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * Puts the same question of many to the database together. A question that comes while few are under way goes at
 * once; others wait and go with those that came meanwhile. So a thousand queues that want something take no more
 * connections than one, and nobody waits for a timer. Safe to use from any thread.
 *
 * @param <Q> what is asked
 * @param <A> what is answered
 */
final class Gathered<Q, A> {
    private final int underWayMax;
    private final int togetherMax;
    private final Function<List<Q>, Future<List<A>>> ask;
    /** Guarded by itself. */
    private final Deque<Waiting<Q, A>> waiting = new ArrayDeque<>();
    /** Guarded by waiting. */
    private int underWay;

    /** @param context where the answer is awaited; null: anywhere */
    private record Waiting<Q, A>(Q question, Promise<A> answer, Context context) {
        void complete(AsyncResult<A> result) {
            if (context == null) {
                answer.handle(result);
            } else {
                context.runOnContext(v -> answer.handle(result));
            }
        }
    }

    /**
     * Asks nothing yet.
     *
     * @param underWayMax how many times {@code ask} is under way at once, 1 up
     * @param togetherMax how many questions it gets at once, 1 up
     * @param ask answers questions, each at its place; if it fails, all of them have failed
     */
    Gathered(int underWayMax, int togetherMax, Function<List<Q>, Future<List<A>>> ask) {
        this.underWayMax = underWayMax;
        this.togetherMax = togetherMax;
        this.ask = ask;
    }

    /** Answers on the caller's Vert.x context where it has one. */
    Future<A> ask(Q question) {
        Promise<A> answer = Promise.promise();
        synchronized (waiting) {
            waiting.add(new Waiting<>(question, answer, Vertx.currentContext()));
        }
        askNext();
        return answer.future();
    }

    private void askNext() {
        List<Waiting<Q, A>> together = take();
        if (together.isEmpty()) {
            return;
        }
        ask.apply(together.stream().map(Waiting::question).toList()).onComplete(done -> {
            synchronized (waiting) {
                underWay--;
            }
            askNext();
            for (int i = 0; i < together.size(); i++) {
                int place = i;
                together.get(i).complete(done.map(answers -> answers.get(place)));
            }
        });
    }

    /** What goes now; empty: nothing does. */
    private List<Waiting<Q, A>> take() {
        List<Waiting<Q, A>> together = new ArrayList<>();
        synchronized (waiting) {
            while (underWay < underWayMax && together.size() < togetherMax && !waiting.isEmpty()) {
                together.add(waiting.poll());
            }
            underWay += together.isEmpty() ? 0 : 1;
        }
        return together;
    }
}

package dev.postrider.client.internal.session;

import dev.postrider.client.PostriderException;
import dev.postrider.client.ReceivedMessage;
import dev.postrider.client.SubscribeOptions;
import dev.postrider.client.internal.wire.Link;
import dev.postrider.client.internal.wire.WireMessage;
import dev.postrider.protocol.ProblemCode;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One subscriber's place at a queue, over as many links as it takes. {@link #request} and {@link #cancel} are safe
 * for any thread, all else is for the event loop.
 */
final class Subscription implements Flow.Subscription {
    private static final System.Logger LOG = System.getLogger("dev.postrider.client");
    private static final long REFUSED_WAIT_MILLIS = 1_000;

    private final Session session;
    private final SocketSettlements settlements;
    private final String queue;
    private final SubscribeOptions options;
    private final Flow.Subscriber<? super ReceivedMessage> subscriber;
    private final CreditLedger ledger;
    private final ArrayDeque<ReceivedMessage> buffer = new ArrayDeque<>();
    private final AtomicLong asked = new AtomicLong();
    private final Coalesced grant;
    private long id;
    private Link openOn;
    private boolean handingOut;
    private boolean done;
    private boolean resting;

    Subscription(
            Session session,
            SocketSettlements settlements,
            String queue,
            SubscribeOptions options,
            Flow.Subscriber<? super ReceivedMessage> subscriber) {
        this.session = session;
        this.settlements = settlements;
        this.queue = queue;
        this.options = options;
        this.subscriber = subscriber;
        this.ledger = new CreditLedger(options.prefetch());
        this.grant = new Coalesced(session.loop(), this::grant);
    }

    /** Begins; asked for nothing so far, it opens nothing. */
    void start() {
        id = session.nextId();
        session.add(this);
        subscriber.onSubscribe(this);
    }

    long id() {
        return id;
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            session.loop().execute(() -> fail(new IllegalArgumentException("requested " + n + ", must be positive")));
            return;
        }
        long before = asked.getAndAccumulate(n, Subscription::saturatedSum);
        if (before == 0) {
            session.loop().execute(this::takeRequests);
        }
    }

    private static long saturatedSum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private void takeRequests() {
        long n = asked.getAndSet(0);
        if (done || n == 0) {
            return;
        }
        ledger.requested(n);
        handOut();
        grant.schedule();
    }

    @Override
    public void cancel() {
        session.loop().execute(this::leave);
    }

    /** The client stops: leaves the queue, and says so to the subscriber. */
    void complete() {
        if (leave()) {
            subscriber.onComplete();
        }
    }

    void fail(Throwable failure) {
        if (leave()) {
            subscriber.onError(failure);
        }
    }

    private boolean leave() {
        if (done) {
            return false;
        }
        done = true;
        buffer.clear();
        session.remove(this);
        // After what was settled in this turn: the broker takes back whatever a leaving subscriber still holds.
        session.loop().later(this::unsubscribe);
        return true;
    }

    private void unsubscribe() {
        if (openOn != null && openOn == session.link()) {
            openOn.unsubscribe(id);
        }
    }

    void onLink() {
        resting = false;
        grant.schedule();
    }

    void onLost() {
        openOn = null;
        ledger.lost();
        buffer.clear();
    }

    /** Refusals that say "later" are tried again; others are final. */
    void onRefused(PostriderException problem) {
        boolean unknown = problem.is(ProblemCode.SUBSCRIPTION_NOT_FOUND);
        if (unknown && openOn == null) {
            // The answer to credit that crossed a refusal which is already known.
            return;
        }
        openOn = null;
        ledger.lost();
        buffer.clear();
        if (problem.status() != 429 && problem.status() != 503 && !unknown) {
            fail(problem);
            return;
        }
        resting = true;
        long wait = problem.retryAfter().map(after -> after.toMillis()).orElse(0L);
        session.loop().timer(Math.max(wait, REFUSED_WAIT_MILLIS), () -> {
            resting = false;
            grant.schedule();
        });
    }

    void onMessages(List<WireMessage> messages) {
        if (done) {
            return;
        }
        for (WireMessage message : messages) {
            if (!ledger.arrived()) {
                // Its own messages go back when the broker sees the link close; more than was asked for is never
                // handed on.
                LOG.log(System.Logger.Level.WARNING, "Message {0} of {1} came without credit", message.id(), queue);
                openOn.close();
                return;
            }
            buffer.add(settlements.delivered(message));
        }
        handOut();
        grant.schedule();
    }

    private void handOut() {
        // The subscriber may request more while it is handed one, which comes back to here.
        if (handingOut) {
            return;
        }
        handingOut = true;
        try {
            while (!done && ledger.handOut()) {
                subscriber.onNext(buffer.remove());
            }
        } finally {
            handingOut = false;
        }
    }

    private void grant() {
        Link link = session.link();
        if (done || resting) {
            return;
        }
        if (link == null) {
            session.need();
            return;
        }
        long credit = ledger.grant();
        if (credit == 0) {
            return;
        }
        if (openOn == link) {
            link.credit(id, credit);
        } else {
            openOn = link;
            link.subscribe(id, queue, credit, options.lease());
        }
    }
}

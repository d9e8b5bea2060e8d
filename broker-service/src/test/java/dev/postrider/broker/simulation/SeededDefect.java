package dev.postrider.broker.simulation;

import dev.postrider.broker.dispatch.Consumers;
import dev.postrider.broker.simulation.model.Mistakes;
import dev.postrider.broker.simulation.model.Model;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.MessageStore;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Mistakes that somebody might make one day, each with the invariant that must tell of it. */
enum SeededDefect implements Defect {
    ANSWER_BEFORE_COMMIT(NothingIsLost.class, messages(SpoiltCommits::answeredBefore)),
    LOST_ANSWER_TAKEN_FOR_SUCCESS(NothingIsLost.class, messages(SpoiltCommits::unknownIsSuccess)),
    LOST_ANSWER_REPEATED_BLINDLY(NothingIsInvented.class, messages(SpoiltCommits::unknownIsRepeated)),
    LOST_ANSWERS_NOT_LOOKED_AFTER(EverythingIsSettled.class, messages(SeededDefect::ownsNothing)),
    OWNER_FORGOTTEN(SettledOnce.class, Mistakes::forgetEveryOwner),
    LATE_COMMIT_OVERWRITES_BITS(SettledOnce.class, Mistakes::overwriteBits),
    BITMAP_OFF_BY_ONE(NothingIsLost.class, messages(SpoiltCommits::bitsOffByOne)),
    RETRY_OUTSIDE_TRANSACTION(NothingIsLost.class, messages(SpoiltCommits::retriedAfterwards)),
    DEAD_LETTER_OUTSIDE_TRANSACTION(NothingIsLost.class, messages(SpoiltCommits::buriedAfterwards)),
    DEDUPLICATION_OUTSIDE_TRANSACTION(NothingIsLost.class, Mistakes::keepKeysAtOnce),
    DEDUPLICATION_FORGOTTEN(KeyIsStoredOnce.class, Mistakes::keepNoKeys),
    ROUTES_NOT_ASKED_FOR(NothingIsLost.class, Mistakes::tellTheFirstVersions),
    CLAIM_WITHOUT_LOCK(LeaseIsHonoured.class, Mistakes::claimWithoutLock),
    SPLIT_LOSES_THE_REST(NothingIsLost.class, Mistakes::loseTheRest),
    REAPING_FREES_THE_LIVING(LeaseIsHonoured.class, Mistakes::reapTheLiving),
    REAPING_FREES_NOTHING(EverythingIsSettled.class, Mistakes::leaveTheDeadWhatTheyHad),
    STAGING_FORGETS(NothingIsLost.class, Mistakes::forgetWhenStaging),
    EXPIRY_BURIES_NOTHING(NothingIsLost.class, Mistakes::dropEveryExpired),
    SLOTS_LEASED_TWICE(InFlightIsBounded.class, Mistakes::leaseToEverybody),
    PLACES_GRANTED_TWICE(RateIsKept.class, Mistakes::grantToEverybody),
    PARTITIONS_TAKEN_FROM_OTHERS(InFlightPerKeyIsBounded.class, Mistakes::takeFromOthers),
    TURNS_NOT_ASKED_FOR(NoTenantStarves.class, Mistakes::claimTheOldest),
    GIVING_BACK_COUNTS_AN_ATTEMPT(AttemptsAreCounted.class, Mistakes::countGivingBack),
    GIVING_BACK_LOSES_BITS(SettledOnce.class, Mistakes::giveBackWithoutBits),
    LOST_SIGNAL_WITHOUT_POLL(
            EverythingIsSettled.class,
            stores -> stores.with(withoutPoll(stores.messages())).with(new DeafSignals()),
            model -> {},
            options -> options),
    LEASE_CUT_SHORT(LeaseIsHonoured.class, stores -> stores, model -> {}, SpoiltConsumers::halfTheLease),
    CREDIT_EXCEEDED(CreditIsKept.class, stores -> stores, model -> {}, SpoiltConsumers::oneCreditMore);

    private final Class<? extends Invariant> teller;
    private final UnaryOperator<Stores> stores;
    private final Consumer<Model> model;
    private final UnaryOperator<Consumers.Options> options;

    SeededDefect(Class<? extends Invariant> teller, UnaryOperator<Stores> stores) {
        this(teller, stores, model -> {}, options -> options);
    }

    SeededDefect(Class<? extends Invariant> teller, Consumer<Model> model) {
        this(teller, stores -> stores, model, options -> options);
    }

    SeededDefect(
            Class<? extends Invariant> teller,
            UnaryOperator<Stores> stores,
            Consumer<Model> model,
            UnaryOperator<Consumers.Options> options) {
        this.teller = teller;
        this.stores = stores;
        this.model = model;
        this.options = options;
    }

    /** The invariant that it breaks. */
    String teller() {
        return teller.getSimpleName();
    }

    @Override
    public void spoil(Model right) {
        model.accept(right);
    }

    @Override
    public Stores stores(Stores right) {
        return stores.apply(right);
    }

    @Override
    public Consumers consumers(Consumers right) {
        return new SpoiltConsumers(right, options);
    }

    private static UnaryOperator<Stores> messages(UnaryOperator<MessageStore> mistake) {
        return stores -> stores.with(mistake.apply(stores.messages()));
    }

    private static MessageStore ownsNothing(MessageStore right) {
        return new RelayedMessages(right) {
            @Override
            public Future<List<ClaimedDelivery>> owned(long owner) {
                return Future.succeededFuture(List.of());
            }
        };
    }

    private static MessageStore withoutPoll(MessageStore right) {
        return new RelayedMessages(right) {
            @Override
            public Future<List<Integer>> queuesWithWork(Collection<Integer> queueIds) {
                return Future.succeededFuture(List.of());
            }
        };
    }
}

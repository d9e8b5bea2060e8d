package dev.postrider.sample.signup.queue;

import dev.postrider.client.PostriderClient;
import dev.postrider.sample.signup.SignupSettings;
import dev.postrider.sample.signup.purchase.Department;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** The topic of purchases, with a queue subscribed for each department. */
@ApplicationScoped
class PurchaseTopic {
    private final PostriderClient client;
    private final RetryPlan plan;
    private final String topic;
    private volatile boolean subscribed;

    PurchaseTopic(PostriderClient client, SignupSettings settings) {
        this.client = client;
        this.plan = RetryPlan.of(settings.queue());
        this.topic = settings.purchases().topic();
    }

    /** Whether every department is known to get its copies of what is published from now on. */
    boolean isSubscribed() {
        return subscribed;
    }

    /** Makes topic, queues and subscriptions if they are absent, unless that is known to have been done. */
    Uni<Void> subscribe() {
        return subscribed ? Uni.createFrom().voidItem() : declare();
    }

    /** A broker that was away may come back without them. */
    void forget() {
        subscribed = false;
    }

    private Uni<Void> declare() {
        return client.declareTopic(topic)
                .chain(() -> Multi.createFrom()
                        .items(Department.values())
                        .onItem()
                        .transformToUniAndConcatenate(this::subscribe)
                        .collect()
                        .last())
                .invoke(() -> subscribed = true)
                .replaceWithVoid();
    }

    private Uni<Void> subscribe(Department department) {
        String queue = department.queue();
        return client.putQueue(queue, plan.asQueueOptions())
                .chain(() ->
                        client.subscribeQueue(topic, queue, department.filter().orElse(null)));
    }
}

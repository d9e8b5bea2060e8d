package dev.postrider.benchmarks.broker;

import java.net.URI;

/** A broker that takes a message by {@code POST /v1/queues/NAME/messages}. */
public interface ServesHttp {

    /** Where it listens. */
    URI url();
}

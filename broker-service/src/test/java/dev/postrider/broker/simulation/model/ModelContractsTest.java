package dev.postrider.broker.simulation.model;

import dev.postrider.broker.store.AdmissionContract;
import dev.postrider.broker.store.AgeingContract;
import dev.postrider.broker.store.BrokerRegistryContract;
import dev.postrider.broker.store.ClaimRaceContract;
import dev.postrider.broker.store.DeadLetterStoreContract;
import dev.postrider.broker.store.FairnessContract;
import dev.postrider.broker.store.LimitStoreContract;
import dev.postrider.broker.store.MaintenanceStoreContract;
import dev.postrider.broker.store.MessageStoreContract;
import dev.postrider.broker.store.PartitionStoreContract;
import dev.postrider.broker.store.Ports;
import dev.postrider.broker.store.QueueStoreContract;
import dev.postrider.broker.store.RetainedStoreContract;
import dev.postrider.broker.store.ScheduleStore;
import dev.postrider.broker.store.ScheduleStoreContract;
import dev.postrider.broker.store.TopicStoreContract;
import org.junit.jupiter.api.Nested;

/**
 * The model does what every store does: the suites are those that PostgreSQL has to pass, and they run here on steps
 * that are mixed at random, so that its transactions meet each other as those of a server do.
 */
class ModelContractsTest {
    private final Ports ports = ModelPorts.of(new Model(System::currentTimeMillis), new ShuffledWire(7));

    @Nested
    class Admission extends AdmissionContract {
        @Override
        protected Ports ports() {
            return ports;
        }
    }

    @Nested
    class Ageing extends AgeingContract {
        @Override
        protected Ports ports() {
            return ports;
        }
    }

    @Nested
    class Brokers extends BrokerRegistryContract {
        @Override
        protected Ports ports() {
            return ports;
        }
    }

    @Nested
    class ClaimRaces extends ClaimRaceContract {
        @Override
        protected Ports ports() {
            return ports;
        }
    }

    @Nested
    class DeadLetters extends DeadLetterStoreContract {
        @Override
        protected Ports ports() {
            return ports;
        }
    }

    @Nested
    class Fairness extends FairnessContract {
        @Override
        protected Ports ports() {
            return ports;
        }
    }

    @Nested
    class Limits extends LimitStoreContract {
        @Override
        protected Ports ports() {
            return ports;
        }
    }

    @Nested
    class Maintenance extends MaintenanceStoreContract {
        @Override
        protected Ports ports() {
            return ports;
        }
    }

    @Nested
    class Messages extends MessageStoreContract {
        @Override
        protected Ports ports() {
            return ports;
        }
    }

    @Nested
    class OrderedQueues extends PartitionStoreContract {
        @Override
        protected Ports ports() {
            return ports;
        }
    }

    @Nested
    class Topics extends TopicStoreContract {
        @Override
        protected Ports ports() {
            return ports;
        }
    }

    @Nested
    class Retained extends RetainedStoreContract {
        @Override
        protected Ports ports() {
            return ports;
        }
    }

    @Nested
    class Queues extends QueueStoreContract {
        @Override
        protected Ports ports() {
            return ports;
        }
    }

    @Nested
    class Schedules extends ScheduleStoreContract {
        private final ScheduleStore schedules = new ModelScheduleStore(System::currentTimeMillis, new ShuffledWire(7));

        @Override
        protected ScheduleStore schedules() {
            return schedules;
        }
    }
}

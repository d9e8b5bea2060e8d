package dev.postrider.broker.simulation.model;

import dev.postrider.broker.store.Admission;
import dev.postrider.broker.store.Admitted;
import dev.postrider.broker.store.ClaimedDelivery;
import dev.postrider.broker.store.LimitStore.Places;
import dev.postrider.broker.store.LimitStore.SlotRequest;
import dev.postrider.broker.store.MaintenanceStore.Staged;
import dev.postrider.broker.store.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Statements with a mistake in them, each put into a model in place of the right one. */
public final class Mistakes {
    private Mistakes() {}

    /** {@code where owner = me} is missing everywhere, and nothing else tells a stale settlement from a right one. */
    public static void forgetEveryOwner(Model model) {
        model.withCommits(tables -> new Commits(tables) {
            @Override
            protected boolean isOwned(Row row, long owner, Settlement settlement) {
                return true;
            }

            @Override
            protected boolean isAsExpected(Row row, Settlement settlement) {
                return true;
            }
        });
    }

    /** A settlement does not look at what the row's bits were before. */
    public static void overwriteBits(Model model) {
        model.withCommits(tables -> new Commits(tables) {
            @Override
            protected boolean isAsExpected(Row row, Settlement settlement) {
                return true;
            }
        });
    }

    /** A broker takes partitions though another one serves them. */
    public static void takeFromOthers(Model model) {
        model.withPartitions(tables -> new Partitions(tables) {
            @Override
            protected boolean isFree(Tables.Partition partition) {
                return true;
            }
        });
    }

    /** What is given back comes with one attempt more. */
    public static void countGivingBack(Model model) {
        model.withCommits(tables -> new Commits(tables) {
            @Override
            protected void release(Row row, Settlement settlement) {
                super.release(row, settlement);
                row.attempts++;
            }
        });
    }

    /** What is given back comes without its bits. */
    public static void giveBackWithoutBits(Model model) {
        model.withCommits(tables -> new Commits(tables) {
            @Override
            protected void release(Row row, Settlement settlement) {
                super.release(row, settlement);
                row.settled = null;
                row.settledCount = 0;
            }
        });
    }

    /** A commit hears the versions of topics that were the first it heard. */
    public static void tellTheFirstVersions(Model model) {
        model.withAdmissions(tables -> new Admissions(tables) {
            private final Map<Integer, Long> firsts = new TreeMap<>();

            @Override
            protected Map<Integer, Long> versions(List<Integer> topics) {
                super.versions(topics).forEach(firsts::putIfAbsent);
                return firsts;
            }
        });
    }

    /** Claims read without locking, so that two of them take the same row. */
    public static void claimWithoutLock(Model model) {
        model.withClaims(tables -> new Claims(tables) {
            @Override
            protected List<Row> pick(int queueId, int wanted) {
                List<Row> picked = super.pick(queueId, wanted);
                unlock(picked);
                return picked;
            }

            @Override
            protected List<ClaimedDelivery> take(List<Row> picked, long owner, int wanted) {
                List<Row> still = new ArrayList<>(picked);
                still.removeIf(row -> tables.deliveries.get(row.key) != row);
                return super.take(still, owner, wanted);
            }
        });
    }

    /** Claims take the oldest of a queue, whoever is next. */
    public static void claimTheOldest(Model model) {
        model.withClaims(tables -> new Claims(tables) {
            @Override
            protected List<Row> pickInTurn(int queueId, int wanted) {
                return pick(queueId, wanted);
            }
        });
    }

    /** What a claim cuts off is not stored. */
    public static void loseTheRest(Model model) {
        model.withClaims(tables -> new Claims(tables) {
            @Override
            protected void keep(Row rest) {}
        });
    }

    /** Keys are committed when they are claimed, not with the messages. */
    public static void keepKeysAtOnce(Model model) {
        model.withAdmissions(tables -> new Admissions(tables) {
            @Override
            Admitted admit(Object transaction, Admission admission) {
                Admitted admitted = super.admit(transaction, admission);
                if (admitted != null) {
                    keep(admission, admitted);
                }
                return admitted;
            }
        });
    }

    /** Keys are not stored. */
    public static void keepNoKeys(Model model) {
        model.withAdmissions(tables -> new Admissions(tables) {
            @Override
            protected void keep(Admission admission, Admitted admitted) {}
        });
    }

    /** Reaping takes what the living own. */
    public static void reapTheLiving(Model model) {
        model.withRegistrations(tables -> new Registrations(tables) {
            @Override
            protected boolean isGone(long owner) {
                return true;
            }
        });
    }

    /** Reaping removes brokers and leaves their deliveries. */
    public static void leaveTheDeadWhatTheyHad(Model model) {
        model.withRegistrations(tables -> new Registrations(tables) {
            @Override
            protected Set<Integer> free() {
                return Set.of();
            }
        });
    }

    /** Of what is due, staging loses the last when there are several. */
    public static void forgetWhenStaging(Model model) {
        model.withUpkeep(tables -> new Upkeep(tables) {
            @Override
            protected Staged stage(List<Row> due) {
                if (due.size() > 1) {
                    Row last = due.get(due.size() - 1);
                    tables.delete(last);
                    tables.dropUnowedChunks(List.of(last.key.chunkId()));
                }
                return super.stage(due);
            }
        });
    }

    /** What has expired unowned is dropped, wherever its queue sends its dead letters. */
    public static void dropEveryExpired(Model model) {
        model.withUpkeep(tables -> new Upkeep(tables) {
            @Override
            protected List<Row> expired(boolean sentElsewhere) {
                List<Row> expired = new ArrayList<>(super.expired(sentElsewhere));
                expired.addAll(super.expired(!sentElsewhere));
                return sentElsewhere ? release(expired) : expired;
            }

            private List<Row> release(List<Row> rows) {
                unlock(rows);
                return List.of();
            }
        });
    }

    /** Every broker gets the slots that it wants, whatever the others have. */
    public static void leaseToEverybody(Model model) {
        model.withSharing(tables -> new Sharing(tables) {
            @Override
            protected int granted(SlotRequest request, int free, int share) {
                return Math.max(request.kept(), Math.min(request.wanted(), share));
            }
        });
    }

    /** Every broker gets the places of now, whoever has them. */
    public static void grantToEverybody(Model model) {
        model.withSharing(tables -> new Sharing(tables) {
            @Override
            protected Places reserve(int queueId, long intervalNanos, int wanted) {
                return new Places(0, wanted, 0);
            }
        });
    }
}

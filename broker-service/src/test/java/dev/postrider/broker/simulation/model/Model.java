package dev.postrider.broker.simulation.model;

import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * One database. Each group of statements can be replaced by a variant that has a defect. Not thread-safe: whoever
 * owns it carries out one step at a time.
 */
public final class Model {
    private final Tables tables;
    private final Definitions definitions;
    private Admissions admissions;
    private Claims claims;
    private Commits commits;
    private Partitions partitions;
    private Registrations registrations;
    private Upkeep upkeep;
    private Sharing sharing;

    /** An empty database, by whose {@code clock} (milliseconds since 1970) everybody goes. */
    public Model(LongSupplier clock) {
        tables = new Tables(clock);
        definitions = new Definitions(tables);
        admissions = new Admissions(tables);
        claims = new Claims(tables);
        commits = new Commits(tables);
        partitions = new Partitions(tables);
        registrations = new Registrations(tables);
        upkeep = new Upkeep(tables);
        sharing = new Sharing(tables);
    }

    public Model withAdmissions(Function<Tables, Admissions> variant) {
        admissions = variant.apply(tables);
        return this;
    }

    public Model withClaims(Function<Tables, Claims> variant) {
        claims = variant.apply(tables);
        return this;
    }

    public Model withCommits(Function<Tables, Commits> variant) {
        commits = variant.apply(tables);
        return this;
    }

    public Model withRegistrations(Function<Tables, Registrations> variant) {
        registrations = variant.apply(tables);
        return this;
    }

    public Model withPartitions(Function<Tables, Partitions> variant) {
        partitions = variant.apply(tables);
        return this;
    }

    public Model withUpkeep(Function<Tables, Upkeep> variant) {
        upkeep = variant.apply(tables);
        return this;
    }

    public Model withSharing(Function<Tables, Sharing> variant) {
        sharing = variant.apply(tables);
        return this;
    }

    /** What is committed, for a look from outside. */
    public Tables tables() {
        return tables;
    }

    /** The server starts anew: what was under way is the wire's to abort. */
    public void restarted() {
        tables.restarted();
    }

    Definitions definitions() {
        return definitions;
    }

    Admissions admissions() {
        return admissions;
    }

    Claims claims() {
        return claims;
    }

    Commits commits() {
        return commits;
    }

    Partitions partitions() {
        return partitions;
    }

    Registrations registrations() {
        return registrations;
    }

    Sharing sharing() {
        return sharing;
    }

    Upkeep upkeep() {
        return upkeep;
    }
}

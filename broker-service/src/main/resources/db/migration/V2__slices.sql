-- Chunks and deliveries lie in slices of time. A slice is dropped whole once nobody is owed anything of it, so that
-- neither disk nor claims depend on vacuum, and a snapshot that somebody holds for hours costs nothing.
-- What would keep a slice for long, because it is due far in the future or left over, lies in chunk_kept and
-- delivery_kept. There ids are negative: the sign bit of the chunk's id is set.

alter table chunk rename to chunk_before;
alter table delivery rename to delivery_before;
alter index chunk_pkey rename to chunk_before_pkey;
alter index delivery_pkey rename to delivery_before_pkey;
drop index delivery_ready, delivery_scheduled, delivery_due, delivery_owned, delivery_expiring;

create table chunk (
    id           bigint primary key,
    records      bytea not null,
    record_count integer not null check (record_count > 0),
    byte_count   integer not null
) partition by range (id);
-- Records are not compressed by PostgreSQL: it would cost more than it saves at commit, and producers may do it.
alter table chunk alter column records set storage external;
comment on table chunk is 'The records that were committed together for one target. Inserted, never updated, and dropped with their slice; only kept ones are deleted.';
comment on column chunk.id is 'Made by the broker: milliseconds of the database clock, the broker''s slot, a counter. Sorts by time. Negative: kept.';

create table delivery (
    queue_id      integer not null,
    chunk_id      bigint not null,
    first         integer not null check (first >= 0),
    count         integer not null check (count > 0),
    priority      smallint not null check (priority between 0 and 9),
    attempts      smallint not null default 0,
    scheduled     boolean not null,
    settled_count integer not null default 0 check (settled_count between 0 and count),
    byte_count    integer not null,
    ready_at      bigint not null,
    expires_at    bigint,
    owner         bigint,
    settled       bytea,
    primary key (chunk_id, queue_id, first),
    check (not scheduled or owner is null)
) partition by range (chunk_id);
-- No foreign keys: each would lock a queue's or a chunk's row at every commit. Sweeping takes what a race leaves.
comment on table delivery is 'A range of one chunk''s records that one queue still owes to its consumers. States: scheduled, ready (neither scheduled nor owned), in flight (owned).';
comment on column delivery.first is 'Index in the chunk of the first record.';
comment on column delivery.attempts is 'To be added to what each record says: how often an owner died holding the range.';
comment on column delivery.settled_count is 'Set bits within the range. Progress changes no indexed column, so that the update stays within its page.';
comment on column delivery.byte_count is 'Size of the range''s records, for statistics; shared out by number when the range is split.';
comment on column delivery.ready_at is 'Scheduled: when it becomes ready. Otherwise: since when it is.';
comment on column delivery.expires_at is 'When the last of the records expires; null: never.';
comment on column delivery.owner is 'The broker that holds it. Every claim and every settle names it.';
comment on column delivery.settled is 'A bit per record of the chunk (not of the range), bit i % 8 of byte i / 8, lowest first; null: none.';

-- A claim walks this one in order, one priority after the other. The sign turns the priority.
create index delivery_ready on delivery (queue_id, (-priority), chunk_id, first) where owner is null and not scheduled;
create index delivery_scheduled on delivery (queue_id, chunk_id, first) where scheduled;
create index delivery_due on delivery (ready_at) where scheduled;
create index delivery_owned on delivery (owner, queue_id) where owner is not null;
create index delivery_expiring on delivery (expires_at) where owner is null and expires_at is not null;

create table chunk_kept partition of chunk for values from (minvalue) to (0) with (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_vacuum_insert_scale_factor = 0.5, autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 20000,
    toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 20000,
    toast.autovacuum_vacuum_cost_delay = 0
);
alter table chunk_kept alter column records set storage external;
create table delivery_kept partition of delivery for values from (minvalue) to (0) with (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_vacuum_insert_scale_factor = 0.5, autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 20000
);

insert into chunk (id, records, record_count, byte_count)
    select id | (-9223372036854775808), records, record_count, byte_count from chunk_before;
insert into delivery (queue_id, chunk_id, first, count, priority, attempts, scheduled, settled_count, byte_count,
        ready_at, expires_at, owner, settled)
    select queue_id, chunk_id | (-9223372036854775808), first, count, priority, attempts, scheduled, settled_count,
        byte_count, ready_at, expires_at, owner, settled
    from delivery_before;
drop table chunk_before, delivery_before;

create table slice (
    lower     bigint primary key,
    upper     bigint not null unique,
    name      text not null,
    left_over bigint,
    check (0 <= lower and lower < upper)
);
comment on table slice is 'The slices that are there: chunk ids from lower (inclusive) to upper (exclusive) lie in chunk_<name> and delivery_<name>.';
comment on column slice.left_over is 'Deliveries that nobody owned at the last look, to tell a slice that is being emptied from one that is not.';

create sequence broker_slot as integer minvalue 0 maxvalue 1023 cycle;
comment on sequence broker_slot is 'Slots go round, so that a broker that was declared dead and does not know it yet makes no ids that its successor makes.';

create function chunk_id_floor(millis bigint) returns bigint
    language sql immutable parallel safe
    as $$ select greatest(0, millis - 1577836800000) << 22 $$;
comment on function chunk_id_floor is 'The smallest id of a chunk that is made at that time or later.';

create function chunk_id_millis(id bigint) returns bigint
    language sql immutable parallel safe
    as $$ select (id >> 22) + 1577836800000 $$;

create function open_slices(ahead_millis bigint, span_millis bigint) returns integer
    language plpgsql
as $$
declare
    now_millis constant bigint := clock_millis();
    opened integer := 0;
    next_lower bigint;
    next_upper bigint;
    next_name text;
begin
    -- Whoever misses a slice opens it again, so nobody needs to wait for a standby here.
    perform set_config('synchronous_commit', 'local', true), set_config('lock_timeout', '1s', true);
    perform pg_advisory_xact_lock(1886352244, 0);
    select greatest(coalesce(max(upper), 0), chunk_id_floor(now_millis - 10000)) into next_lower from slice;
    while next_lower <= chunk_id_floor(now_millis + ahead_millis) loop
        next_upper := chunk_id_floor(greatest(chunk_id_millis(next_lower), now_millis) + span_millis);
        next_name := to_char(to_timestamp(chunk_id_millis(next_lower) / 1000.0) at time zone 'UTC',
            'YYYYMMDD"t"HH24MISSMS');
        execute format('create table chunk_%s (like chunk including all) with (autovacuum_enabled = off)', next_name);
        execute format('create table delivery_%s (like delivery including all) with (fillfactor = 70,
            autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
            autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_threshold = 2000000000)', next_name);
        execute format('alter table chunk attach partition chunk_%s for values from (%s) to (%s)',
            next_name, next_lower, next_upper);
        execute format('alter table delivery attach partition delivery_%s for values from (%s) to (%s)',
            next_name, next_lower, next_upper);
        insert into slice (lower, upper, name) values (next_lower, next_upper, next_name);
        next_lower := next_upper;
        opened := opened + 1;
    end loop;
    return opened;
end
$$;
comment on function open_slices is 'Makes room for chunks of the next ahead_millis, in slices of span_millis. Says how many slices it opened.';

create function drop_slices(margin_millis bigint) returns integer
    language plpgsql
as $$
declare
    candidate record;
    is_owed boolean;
    empty_names text[] := '{}';
    dropped integer := 0;
    empty_name text;
begin
    perform set_config('synchronous_commit', 'local', true), set_config('lock_timeout', '100ms', true);
    if not pg_try_advisory_xact_lock(1886352244, 0) then
        return 0;
    end if;
    for candidate in select name from slice where upper <= chunk_id_floor(clock_millis() - margin_millis)
            order by lower loop
        execute format('select exists (select from delivery_%s)', candidate.name) into is_owed;
        if not is_owed then
            empty_names := empty_names || candidate.name;
        end if;
    end loop;
    if empty_names = '{}' then
        return 0;
    end if;
    -- Waits for what is under way, and everything new waits behind it: hence the short lock_timeout.
    lock table chunk, delivery in access exclusive mode;
    foreach empty_name in array empty_names loop
        -- Looked at again: a late commit may have come before the lock.
        execute format('select exists (select from delivery_%s)', empty_name) into is_owed;
        if not is_owed then
            execute format('drop table chunk_%s, delivery_%s', empty_name, empty_name);
            delete from slice where name = empty_name;
            dropped := dropped + 1;
        end if;
    end loop;
    return dropped;
end
$$;
comment on function drop_slices is 'Drops the slices that ended margin_millis ago or earlier and of which nobody is owed anything. Says how many. Fails with lock_not_available where somebody else uses them; then it is to be tried later.';

create function keep_left_overs(age_millis bigint, rows_max integer, bytes_max bigint) returns integer
    language plpgsql
as $$
declare
    old record;
    owed_rows bigint;
    owed_bytes bigint;
    slice_bytes bigint;
    moved integer;
begin
    perform set_config('lock_timeout', '1s', true);
    if not pg_try_advisory_xact_lock(1886352244, 0) then
        return 0;
    end if;
    for old in select name, lower, left_over from slice
            where upper <= chunk_id_floor(clock_millis() - age_millis) order by lower loop
        execute format('select count(*), coalesce(sum(byte_count::bigint * (count - settled_count) / count), 0)
            from delivery_%s where owner is null', old.name) into owed_rows, owed_bytes;
        update slice set left_over = owed_rows where lower = old.lower and left_over is distinct from owed_rows;
        slice_bytes := pg_total_relation_size(format('chunk_%s', old.name)::regclass);
        if owed_rows > 0 and owed_rows = old.left_over and owed_bytes * 4 < slice_bytes then
            -- Only chunks that are moved with all that is owed of them: whoever holds a delivery finds its chunk.
            execute format('
                with candidate as materialized (
                  select id from (
                    select c.id, sum(c.byte_count) over (order by c.id) - c.byte_count as bytes_before
                    from chunk_%1$s c
                    where exists (select from delivery_%1$s d where d.chunk_id = c.id)
                      and not exists (select from delivery_%1$s d where d.chunk_id = c.id and d.owner is not null)
                    order by c.id limit $1) as oldest
                  where bytes_before < $2
                ), locked as materialized (
                  select chunk_id, queue_id, first from delivery_%1$s d
                  where chunk_id in (select id from candidate) and owner is null
                  for update skip locked
                ), whole as materialized (
                  select chunk_id from locked l group by chunk_id
                  having count(*) = (select count(*) from delivery_%1$s d where d.chunk_id = l.chunk_id)
                ), taken as (
                  delete from delivery_%1$s d using whole w where d.chunk_id = w.chunk_id returning d.*
                ), kept as (
                  insert into delivery (queue_id, chunk_id, first, count, priority, attempts, scheduled,
                      settled_count, byte_count, ready_at, expires_at, owner, settled)
                  select queue_id, chunk_id | (-9223372036854775808), first, count, priority, attempts, scheduled,
                      settled_count, byte_count, ready_at, expires_at, owner, settled
                  from taken
                )
                insert into chunk (id, records, record_count, byte_count)
                select id | (-9223372036854775808), records, record_count, byte_count
                from chunk_%1$s where id in (select chunk_id from whole)', old.name)
                using rows_max, bytes_max;
            get diagnostics moved = row_count;
            if moved > 0 then
                return moved;
            end if;
        end if;
    end loop;
    return 0;
end
$$;
comment on function keep_left_overs is 'Moves what is left of one old slice, of which most is done, to the kept chunks, so that the slice can be dropped. Says how many chunks it moved.';

-- The tables of Postrider. A row is a batch: a message that succeeds never has a row of its own.
-- Instants of the hot tables are milliseconds since 1970 in the database's clock, as the brokers reckon.

create function clock_millis() returns bigint
    language sql volatile parallel safe
    as $$ select floor(extract(epoch from clock_timestamp()) * 1000)::bigint $$;
comment on function clock_millis() is 'The one clock all brokers go by. In a WHERE write (select clock_millis()): a volatile call is no index condition.';

create table queue (
    id         integer generated always as identity primary key,
    name       text collate "C" not null unique,
    settings   jsonb not null,
    paused     boolean not null default false,
    created_at timestamptz not null default now(),
    version    bigint not null default 1
);
comment on table queue is 'Queue definitions. An id is never used again, so a late write for a deleted queue can not reach another one.';
comment on column queue.name is 'Collated by bytes: listing by name and by prefix is an index range, the same on every operating system.';
comment on column queue.settings is 'The settings as the API writes them; an absent field means its default.';
comment on column queue.version is 'Grows with every change.';

create table broker (
    id           bigint primary key,
    slot         integer not null unique check (slot between 0 and 1023),
    address      text not null,
    started_at   timestamptz not null default now(),
    heartbeat_at timestamptz not null default now(),
    consumers    jsonb not null default '{}'
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
comment on table broker is 'The living brokers, one row each; the id is new at each start.';
comment on column broker.slot is 'Goes into the chunk ids that the broker makes, so that no two brokers make the same.';
comment on column broker.consumers is 'Connected consumers by queue id, for statistics.';

create table chunk (
    id           bigint primary key,
    records      bytea not null,
    record_count integer not null check (record_count > 0),
    byte_count   integer not null
) with (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_vacuum_insert_scale_factor = 0.5, autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 20000,
    toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 20000,
    toast.autovacuum_vacuum_cost_delay = 0
);
-- Records are not compressed by PostgreSQL: it would cost more than it saves at commit, and producers may do it.
alter table chunk alter column records set storage external;
comment on table chunk is 'The records that were committed together for one target. Inserted and deleted, never updated.';
comment on column chunk.id is 'Made by the broker: milliseconds of the database clock, the broker''s slot, a counter. Sorts by time.';

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
) with (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_vacuum_insert_scale_factor = 0.5, autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 20000
);
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

-- A claim walks this one in order. The sign turns the priority, so that one row comparison finds the next place.
create index delivery_ready on delivery (queue_id, (-priority), chunk_id, first) where owner is null and not scheduled;
create index delivery_scheduled on delivery (queue_id, chunk_id, first) where scheduled;
create index delivery_due on delivery (ready_at) where scheduled;
create index delivery_owned on delivery (owner, queue_id) where owner is not null;
create index delivery_expiring on delivery (expires_at) where owner is null and expires_at is not null;

create table dead_letter (
    id               bigint generated always as identity primary key,
    queue_id         integer not null,
    message_id       text collate "C" not null,
    reason           text not null check (reason in ('max-attempts', 'expired', 'rejected')),
    error            text,
    attempts         integer not null,
    first_failed_at  timestamptz not null,
    dead_lettered_at timestamptz not null default clock_timestamp(),
    published_at     timestamptz not null,
    priority         smallint not null,
    content_type     text not null,
    message_key      text,
    topic            text,
    headers          jsonb not null,
    body             bytea not null
);
create index dead_letter_queue on dead_letter (queue_id, id);
create index dead_letter_message on dead_letter (queue_id, message_id);
comment on table dead_letter is 'A row per message that was given up: people query it.';
comment on column dead_letter.headers is 'Application headers as an array of [name, value] pairs: jsonb objects would lose their order.';

create table deduplication (
    queue_id   integer not null,
    key_hash   bytea not null,
    message_id text collate "C" not null,
    expires_at bigint not null,
    primary key (queue_id, key_hash)
) with (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0
);
create index deduplication_expiring on deduplication (expires_at);
comment on table deduplication is 'Keys of messages that were stored within the queue''s window.';
comment on column deduplication.key_hash is 'The first 16 bytes of the key''s SHA-256.';

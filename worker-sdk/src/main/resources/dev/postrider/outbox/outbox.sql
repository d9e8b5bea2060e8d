-- The transactional outbox: a row is inserted in the transaction that changes the application's own tables, and taken
-- out by a relay when the broker has it. Rows are inserted and deleted, never updated.
--
-- The first five columns follow the convention of Debezium's outbox event router, so that change data capture can take
-- the relay's place: route by aggregatetype (the queue, or topic:NAME), key by aggregateid. The other columns are
-- Postrider's; Debezium passes them on with table.fields.additional.placement (headers:header,
-- content_type:header:contentType). With change data capture the insert is read from the log: the application may delete
-- the row in the same transaction, the table stays empty, and no relay runs.
create table if not exists outbox (
    id            uuid         primary key,
    aggregatetype varchar(255) not null,
    aggregateid   varchar(255),
    type          varchar(255) not null,
    payload       bytea        not null,

    sequence      bigint       generated always as identity,
    content_type  varchar(255) not null,
    headers       jsonb        not null default '{}',
    priority      smallint     not null default 0,
    deliver_at    timestamptz,
    ttl_millis    bigint,
    created_at    timestamptz  not null default now()
) with (
    -- The table is nearly empty most of the time: a share of its size says nothing, a number of dead rows does.
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = 20000
);

-- The relay reads in this order.
create index if not exists outbox_sequence on outbox (sequence);

-- The relay asks whether a key has an earlier row.
create index if not exists outbox_key on outbox (aggregatetype, aggregateid, sequence)
    where aggregateid is not null;

-- What the broker refused, and when it is tried again. Apart from the outbox, so that a row that succeeds costs one
-- insert and one delete, and so that change data capture never sees an update.
create table if not exists outbox_failure (
    outbox_id       uuid         primary key references outbox (id) on delete cascade,
    aggregatetype   varchar(255) not null,
    aggregateid     varchar(255),
    attempts        integer      not null,
    error           text         not null,
    first_failed_at timestamptz  not null default now(),
    next_attempt_at timestamptz  not null,
    parked_at       timestamptz
);

-- Schedules: messages that are published at certain times.

create table schedule (
    name       text collate "C" primary key,
    cron       text not null,
    time_zone  text not null,
    queue      text collate "C",
    topic      text collate "C",
    message    bytea not null,
    missed     text not null check (missed in ('once', 'skip')),
    next_at    bigint not null,
    created_at timestamptz not null default now(),
    version    bigint not null default 1,
    check ((queue is null) <> (topic is null))
) with (fillfactor = 70);
-- Advancing a schedule changes this index alone; there are as many entries as schedules.
create index schedule_next on schedule (next_at, name);
comment on table schedule is 'Schedules. Whoever has published a firing moves next_at on, if nobody else has.';
comment on column schedule.message is 'What is published, a batch of one record.';
comment on column schedule.next_at is 'When it fires next, in milliseconds since 1970 in the database''s clock.';
comment on column schedule.version is 'Grows with every change of the definition.';

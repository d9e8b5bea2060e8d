-- What the brokers share so that a queue's limits hold on all of them together. Only queues with such limits have rows.

create table queue_pace (
    queue_id    integer primary key,
    first_nanos bigint not null,
    granted     integer not null,
    next_nanos  bigint not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
comment on table queue_pace is 'The time of each queue with a maximum delivery rate, dealt out in places an interval apart: a message needs one.';
comment on column queue_pace.first_nanos is 'The first place of the last grant, in nanoseconds since 1970 of the database''s clock.';
comment on column queue_pace.granted is 'Places of the last grant.';
comment on column queue_pace.next_nanos is 'The next place that nobody has.';

create table queue_slot (
    queue_id  integer not null,
    broker_id bigint not null references broker (id) on delete cascade,
    slots     integer not null check (slots >= 0),
    wanted    integer not null check (wanted >= 0),
    turn      bigint not null,
    primary key (queue_id, broker_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
create index queue_slot_broker on queue_slot (broker_id);
comment on table queue_slot is 'How many messages of a queue with a bound on what is in flight each broker may have handed out. Gone with the broker.';
comment on column queue_slot.wanted is 'How many it could use: what others want and do not get is what it has beyond its share.';
comment on column queue_slot.turn is 'Number of the broker''s last request: an older one that comes late changes nothing.';

-- A topic is where a published chunk is routed from. The chunk lies in the table chunk like any other, and each
-- subscribed queue owes it by rows of its own in the table delivery.

create table topic (
    id         integer generated always as identity primary key,
    name       text collate "C" not null unique,
    retention  text,
    created_at timestamptz not null default now(),
    version    bigint not null default 1
);
comment on table topic is 'Topic definitions. An id is never used again. Deduplication keys of a topic have minus its id for a queue.';
comment on column topic.retention is 'How long its messages are kept for those who come later, as the API writes it; null: nothing is kept beyond delivery.';
comment on column topic.version is 'Grows with every change of the topic or of one of its subscriptions: a commit that carries a publish to it asks whether the routes that the broker knows still hold.';

create table subscription (
    topic_id   integer not null references topic on delete cascade,
    queue_id   integer not null references queue on delete cascade,
    filter     text,
    created_at timestamptz not null default now(),
    primary key (topic_id, queue_id)
);
-- For the cascade from queue; a topic's own are found by the primary key.
create index subscription_queue on subscription (queue_id);
comment on table subscription is 'Which queues get a copy of what is published to a topic.';
comment on column subscription.filter is 'Which messages, in the filter language; null: all.';

-- In a trigger, so that no way to change a subscription, the cascade from a deleted queue included, forgets it.
create function raise_topic_version() returns trigger
    language plpgsql
as $$
begin
    if tg_op <> 'INSERT' then
        update topic set version = version + 1 where id = old.topic_id;
    end if;
    if tg_op <> 'DELETE' and (tg_op = 'INSERT' or new.topic_id <> old.topic_id) then
        update topic set version = version + 1 where id = new.topic_id;
    end if;
    return null;
end
$$;
create trigger subscription_changed after insert or update or delete on subscription
    for each row execute function raise_topic_version();

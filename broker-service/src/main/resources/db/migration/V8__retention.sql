-- What a topic retains is owed under minus its id, in partition 0, one row for what a commit put into a chunk. The places
-- of these rows are their order: whoever stores some holds a lock on the topic from the drawing of the place until it
-- is committed, so that who has read up to a place has read everything before it.

alter table topic add column retained_since bigint;
comment on column topic.retained_since is 'From when on all is retained that has not reached the retention, in milliseconds since 1970; null: nothing is retained.';
comment on column delivery.place is 'Order within the partition, or of what a topic retains; null: neither. Negative: each record holds its key, since it failed and goes before all others of its key.';
comment on column delivery.queue_id is 'The queue; minus a topic''s id: what the topic retains.';

create table topic_follower (
    topic_id  integer not null references topic on delete cascade,
    broker_id bigint not null references broker on delete cascade,
    primary key (topic_id, broker_id)
);
-- For the cascade from broker; a topic's own are found by the primary key.
create index topic_follower_broker on topic_follower (broker_id);
comment on table topic_follower is 'Which brokers have clients that follow a topic. As long as there is one, the topic retains what is published for a minute at least.';

create trigger follower_changed after insert or delete on topic_follower
    for each row execute function raise_topic_version();

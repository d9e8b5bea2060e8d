-- Ordered queues: their records lie in partitions by key, and a partition is served by one broker at a time.

create sequence delivery_place;
comment on sequence delivery_place is 'Where deliveries of ordered queues stand. Drawn in the transaction that stores them: what was stored before somebody published anew has the lower place, whichever brokers did it.';

alter table delivery add column part smallint not null default -1;
alter table delivery add column place bigint;
comment on column delivery.part is 'The partition of an ordered queue that the records belong to; -1: the queue is not ordered.';
comment on column delivery.place is 'Order within the partition; null: the queue is not ordered. Negative: each record holds its key, since it failed and goes before all others of its key.';

-- A claim of an ordered queue walks this one, partition by partition.
create index delivery_ordered on delivery (queue_id, part, place, first)
    where part >= 0 and owner is null and not scheduled;

create table partition (
    queue_id integer not null,
    number   smallint not null,
    owner    bigint,
    term     bigint not null default 0,
    primary key (queue_id, number)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
comment on table partition is 'Which broker serves which partition of an ordered queue. Only the owner claims from it, and it locks the row while it does, so that freeing waits for a claim or is seen by it.';
comment on column partition.owner is 'Null: nobody.';
comment on column partition.term is 'A claim names it. The owner raises it when the answer to a claim was lost, so that a late claim finds nothing.';

create or replace function keep_left_overs(age_millis bigint, rows_max integer, bytes_max bigint) returns integer
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
                      settled_count, byte_count, ready_at, expires_at, owner, settled, part, place)
                  select queue_id, chunk_id | (-9223372036854775808), first, count, priority, attempts, scheduled,
                      settled_count, byte_count, ready_at, expires_at, owner, settled, part, place
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

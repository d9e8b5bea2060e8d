-- Queues that bound what is in flight of a key lie in partitions, too, without being ordered.

comment on column delivery.part is 'The partition that the records belong to; -1: none.';
comment on column delivery.place is 'Order within the partition; null: there is none. Of an ordered queue negative where each record holds its key, since it failed and goes before all others of its key. Of another queue 2^59 lower for each priority.';
comment on table partition is 'Which broker serves which partition of a queue. Only the owner claims from it, and it locks the row while it does, so that freeing waits for a claim or is seen by it.';

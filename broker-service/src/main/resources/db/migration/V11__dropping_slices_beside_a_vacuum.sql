-- LOCK TABLE takes the lock on every slice, too: a vacuum of any of them made the drop wait, and whoever commits behind
-- it, for the whole lock_timeout. The parents are enough to keep everybody out, since brokers write through them.

create or replace function drop_slices(margin_millis bigint) returns integer
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
    -- Waits for what is under way, and everything new waits behind it: hence the short lock_timeout. In the order in
    -- which commits lock them, or one that settles would hold the one while it waits for the other.
    lock table only delivery, only chunk in access exclusive mode;
    foreach empty_name in array empty_names loop
        begin
            execute format('lock table delivery_%s, chunk_%s in access exclusive mode nowait', empty_name, empty_name);
            -- Looked at again: a late commit may have come before the lock.
            execute format('select exists (select from delivery_%s)', empty_name) into is_owed;
            if not is_owed then
                execute format('drop table chunk_%s, delivery_%s', empty_name, empty_name);
                delete from slice where name = empty_name;
                dropped := dropped + 1;
            end if;
        exception when lock_not_available then
            -- It is being vacuumed, or read by somebody else: it goes with the next turn.
        end;
    end loop;
    return dropped;
end
$$;

-- Run it once, as the owner of the tables, on a PostgreSQL that was set back to an earlier time, before a control plane
-- starts on it. Hosts remember the fences that they saw, and Kafka the ids; what was given since then must not be given to
-- something else.
do $$
declare
  given record;
begin
  if exists (select from outbox where tx >= pg_current_xact_id()) then
    raise exception 'The events are from the future of this server, as a dump was restored into a new one: restore a base backup';
  end if;
  for given in
    select format('%I.%I', schemaname, sequencename) as name, increment_by, coalesce(last_value, start_value) as last
    from pg_sequences
    where schemaname = current_schema()
  loop
    perform setval(given.name, given.last + 1000000000 * given.increment_by);
  end loop;
  -- What was under way has its time once more: it cannot help how long it lay here.
  update subtask set deadline = now() + (deadline - start_time)
  where deadline is not null and finish_time is null
    and status in ('RUNNING', 'CANCELING', 'COMPENSATING', 'ROLLING_BACK');
  -- Workers and control planes of that time are gone, and so is whoever published.
  update worker set lease_until = '-infinity';
  update control_plane set lease_until = '-infinity';
  update outbox set owner = null, lease_until = '-infinity';
end
$$;

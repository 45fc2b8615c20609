-- Run it once after every restore, as the owner of the tables, on a PostgreSQL that was set back to an earlier time, before
-- a control plane starts on it. Hosts remember the fences that they saw, and Kafka the ids; what was given since then must
-- not be given to something else.
do $$
declare
  -- By the clock, so that a backup that is restored once more does not give again what it gave the first time; and by
  -- 100,000 for each second, which no installation uses up.
  now_given constant bigint := floor(extract(epoch from clock_timestamp() - timestamptz '2026-01-01 00:00:00Z')) * 100000;
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
    if now_given <= given.last then
      raise exception 'The clock of this server (%) is behind what % has given: set it right first', clock_timestamp(), given.name;
    end if;
    -- Between the numbers that a sequence gives, some have a meaning of their own.
    perform setval(given.name, now_given + given.last % given.increment_by);
  end loop;
  -- Of what can still change consumers may have seen more than is known here. What comes next is above that, behind a gap in
  -- the sequence, by which they can tell.
  update task set task_sequence = now_given, subtask_sequence = now_given
  where status not in ('SUCCESSFUL', 'CANCELED');
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

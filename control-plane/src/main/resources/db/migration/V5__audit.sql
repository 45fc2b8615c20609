-- Every request that would change something, and what became of it. It holds no bodies and no
-- queries, as those may hold secrets. That of an accepted task is written in the task's transaction.
create table audit_event (
  id        bigint generated always as identity primary key,
  at        timestamptz not null default now(),
  user_id   bigint,                        -- null: nobody who is known
  user_name text,
  operation text not null,                 -- method and path, with the names of its parameters
  path      text not null,                 -- as it was asked for
  host_ids  bigint[] not null,             -- empty where it was not read which
  task_id   bigint,
  address   text not null,                 -- the client's
  status    int not null,                  -- of the answer
  code      int,                           -- of the error, null without one
  message   text,
  trace_id  text not null
);

create index audit_event_at on audit_event (at);
create index audit_event_user on audit_event (user_name, id);
create index audit_event_task on audit_event (task_id) where task_id is not null;

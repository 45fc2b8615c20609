-- A task's events in their order, for those who follow one task.
create index event_of_task on event (task_id, version);

-- The last of the events that are not kept any more: nobody can go on from before it.
create table forgotten_events (
  only_row boolean primary key default true check (only_row),
  tx       xid8 not null default '0',
  id       bigint not null default 0
);
insert into forgotten_events default values;

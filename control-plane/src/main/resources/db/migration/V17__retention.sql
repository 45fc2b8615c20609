-- What is still to be deleted of tasks that were forgotten: they are gone at once, their subtasks,
-- which may be hundreds of thousands, piece by piece.
create table forgotten_subtasks (
  first_id bigint primary key,
  last_id  bigint not null
);

-- Events of those whom nobody knows are counted every minute.
create index audit_event_stranger on audit_event (id) where user_id is null;

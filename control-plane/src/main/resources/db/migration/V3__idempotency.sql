-- One row for each Idempotency-Key, made in the transaction that makes its task: both are there, or
-- neither.
create table request_key (
  user_id     bigint not null,
  key         text not null,
  request     text not null,                     -- SHA-256; another request under the key is refused
  task_id     bigint references task on delete cascade, -- null only within that transaction
  create_time timestamptz not null default now(),
  primary key (user_id, key)
);

create index request_key_create_time on request_key (create_time);
create index request_key_task_id on request_key (task_id);

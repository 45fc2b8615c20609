-- When each host is looked at next, beside all tasks, so that lists tell the truth unasked.
alter table host add column next_look timestamptz not null default now();
alter table host add column failed_looks int not null default 0; -- in a row, up to now
create index host_next_look on host (pool, next_look);
-- Nearly empty, so that whoever has seen a host brings it back at no cost.
create index host_offline on host (id) where status = 'OFFLINE';
-- Those that are there already are not all due at once.
update host set next_look = now() + random() * interval '5 minutes';

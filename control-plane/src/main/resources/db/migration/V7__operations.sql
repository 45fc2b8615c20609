-- A lock that was let go stays as a row: whether another task has had the host since is what a lane
-- has to know that is tried again.
alter table host_lock add column held boolean not null default true;

-- What nobody reads may hold the answer to a command that seems unanswered. Null in rows of the
-- release before, which does not tell.
alter table control_plane
  add column partitions    int,                  -- of the reports' topic, that it has read to the end
  add column of_partitions int;                  -- how many that topic has

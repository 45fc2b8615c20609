-- What TaskLists walks along; without them, a list of a million tasks would read all of them.
create index task_kind_status on task (kind, status, id);
create index task_status on task (status, id);
create index task_create_time on task (create_time, id) include (kind, status);
-- A task that runs comes last. The column itself stands there so that the index alone is enough.
create index task_finish_time on task (coalesce(finish_time, 'infinity'), id)
  include (finish_time, kind, status);
create index task_host on task using gin (host_ids);

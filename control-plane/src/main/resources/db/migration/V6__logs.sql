-- Running totals of the attempt that a row belongs to, so that its limit needs a look at one row.
alter table subtask_log
  add column total_lines int not null default 0,
  add column total_bytes int not null default 0,
  add column left_out    int not null default 0; -- lines that did not fit behind this row, its attempt's last

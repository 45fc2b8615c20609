-- What the sweep looks through has two states more: of subtasks that are being rolled back.
drop index subtask_live;
create index subtask_live on subtask (task_id)
  where status in ('READY', 'RUNNING', 'CANCELING', 'COMPENSATION_READY', 'COMPENSATING',
    'ROLLBACK_READY', 'ROLLING_BACK');

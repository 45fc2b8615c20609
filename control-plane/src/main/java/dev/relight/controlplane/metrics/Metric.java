package dev.relight.controlplane.metrics;

import dev.relight.service.metrics.Measure;
import dev.relight.service.metrics.Measures;

/**
 * Everything that this service tells of its own work, beside what Quarkus tells of HTTP, Kafka, the
 * database pool and the JVM. It can be counted from anywhere, as it can be logged from anywhere.
 */
public final class Metric {
  static final Measures ALL = new Measures();

  public static final Measure TASKS_SUBMITTED =
      ALL.counter("relight.tasks.submitted", "tasks that were accepted", "kind");
  public static final Measure TASK_DURATION =
      ALL.timer("relight.task.duration", "from a task's request to its end", "kind", "status");
  public static final Measure SUBTASK_DURATION =
      ALL.timer(
          "relight.subtask.duration",
          "from the start of a subtask's work to its end, takeovers included; one stage on one host",
          "kind",
          "outcome");
  public static final Measure SUBTASK_TIMEOUTS =
      ALL.counter("relight.subtask.timeouts", "subtasks that were not done in their time");
  public static final Measure SUBTASK_TAKEOVERS =
      ALL.counter(
          "relight.subtask.takeovers",
          "subtasks that were taken from a worker that lost its lease");
  public static final Measure COMMANDS =
      ALL.counter("relight.commands.dispatched", "commands that were given to workers", "pool");
  public static final Measure COMMANDS_REPEATED =
      ALL.counter(
          "relight.commands.repeated",
          "commands that nobody answered to and that were given out again");
  public static final Measure REPORT_DELIVERY =
      ALL.timer("relight.report.delivery", "a report's way from the worker over Kafka to here");
  public static final Measure REPORT_STORING =
      ALL.timer(
          "relight.report.storing",
          "from the reading of a batch of reports to the commit of what follows from it");
  public static final Measure REPORT_BATCH =
      ALL.summary("relight.report.batch.size", "reports in one transaction");
  public static final Measure REPORTS_DROPPED =
      ALL.counter("relight.reports.dropped", "reports that were late, repeated or stale");
  public static final Measure DEAD_LETTERS =
      ALL.counter("relight.dead.letters", "reports that could not be understood or stored");
  public static final Measure EVENT_DELAY =
      ALL.timer(
          "relight.event.delay",
          "from a transition to the broker's acknowledgement of its event, the oldest of each batch");
  public static final Measure EVENTS =
      ALL.counter("relight.events.published", "events that the broker acknowledged");
  public static final Measure OUTBOX_HELD =
      ALL.gauge("relight.outbox.held", "1 at the control plane that publishes events, else 0");
  public static final Measure OUTBOX_AGE =
      ALL.seconds("relight.outbox.age", "age of the oldest event that is not published, or 0");
  public static final Measure OUTBOX_EVENTS =
      ALL.gauge("relight.outbox.events", "events that are not published, counted up to 100,000");
  public static final Measure TASKS_OPEN =
      ALL.gauge("relight.tasks.open", "tasks that have not ended", "status");
  public static final Measure TASKS_AGE =
      ALL.seconds("relight.tasks.open.age", "age of the oldest of them, or 0", "status");
  public static final Measure SUBTASKS_LIVE =
      ALL.gauge(
          "relight.subtasks.live",
          "subtasks that are `waiting` for a worker, `commanded` to one, or `running` there;"
              + " `paused` with their task",
          "state");
  public static final Measure HOST_LOCKS = ALL.gauge("relight.host.locks", "hosts that a task has");
  public static final Measure POOL_WORKERS =
      ALL.gauge("relight.pool.workers", "workers whose heartbeats are heard", "pool");
  public static final Measure POOL_SLOTS =
      ALL.gauge("relight.pool.slots", "commands that they run at once", "pool");
  public static final Measure POOL_SLOTS_FREE =
      ALL.gauge("relight.pool.slots.free", "slots without a command", "pool");
  public static final Measure CAUGHT_UP =
      ALL.gauge(
          "relight.caught.up",
          "1 while everything that workers sent has been read and kept, else 0: then no worker is"
              + " called lost");
  public static final Measure SAMPLE_AGE =
      ALL.seconds(
          "relight.sample.age",
          "how old the gauges are that are read from PostgreSQL every `relight.metrics.interval`");
  public static final Measure LIVE_STREAMS =
      ALL.gauge("relight.live.streams", "streams of live events that are open");

  private Metric() {}
}

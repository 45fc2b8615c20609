package dev.relight.controlplane.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/**
 * Everything that this service tells of its own work, beside what Quarkus tells of HTTP, Kafka, the
 * database pool and the JVM. It can be counted from anywhere, as it can be logged from anywhere.
 */
public enum Metric {
  TASKS_SUBMITTED(Form.COUNTER, "relight.tasks.submitted", "tasks that were accepted", "kind"),
  TASK_DURATION(
      Form.TIMER, "relight.task.duration", "from a task's request to its end", "kind", "status"),
  SUBTASK_DURATION(
      Form.TIMER,
      "relight.subtask.duration",
      "from the start of a subtask's work to its end, takeovers included; one stage on one host",
      "kind",
      "outcome"),
  SUBTASK_TIMEOUTS(
      Form.COUNTER, "relight.subtask.timeouts", "subtasks that were not done in their time"),
  SUBTASK_TAKEOVERS(
      Form.COUNTER,
      "relight.subtask.takeovers",
      "subtasks that were taken from a worker that lost its lease"),
  COMMANDS(
      Form.COUNTER, "relight.commands.dispatched", "commands that were given to workers", "pool"),
  COMMANDS_REPEATED(
      Form.COUNTER,
      "relight.commands.repeated",
      "commands that nobody answered to and that were given out again"),
  REPORT_DELIVERY(
      Form.TIMER, "relight.report.delivery", "a report's way from the worker over Kafka to here"),
  REPORT_STORING(
      Form.TIMER,
      "relight.report.storing",
      "from the reading of a batch of reports to the commit of what follows from it"),
  REPORT_BATCH(Form.SUMMARY, "relight.report.batch.size", "reports in one transaction"),
  REPORTS_DROPPED(
      Form.COUNTER, "relight.reports.dropped", "reports that were late, repeated or stale"),
  DEAD_LETTERS(
      Form.COUNTER, "relight.dead.letters", "reports that could not be understood or stored"),
  EVENT_DELAY(
      Form.TIMER,
      "relight.event.delay",
      "from a transition to the broker's acknowledgement of its event, the oldest of each batch"),
  EVENTS(Form.COUNTER, "relight.events.published", "events that the broker acknowledged"),
  OUTBOX_HELD(
      Form.GAUGE, "relight.outbox.held", "1 at the control plane that publishes events, else 0"),
  OUTBOX_AGE(
      Form.SECONDS, "relight.outbox.age", "age of the oldest event that is not published, or 0"),
  OUTBOX_EVENTS(
      Form.GAUGE, "relight.outbox.events", "events that are not published, counted up to 100,000"),
  TASKS_OPEN(Form.GAUGE, "relight.tasks.open", "tasks that have not ended", "status"),
  TASKS_AGE(Form.SECONDS, "relight.tasks.open.age", "age of the oldest of them, or 0", "status"),
  SUBTASKS_LIVE(
      Form.GAUGE,
      "relight.subtasks.live",
      "subtasks that are `waiting` for a worker, `commanded` to one, or `running` there;"
          + " `paused` with their task",
      "state"),
  HOST_LOCKS(Form.GAUGE, "relight.host.locks", "hosts that a task has"),
  POOL_WORKERS(Form.GAUGE, "relight.pool.workers", "workers whose heartbeats are heard", "pool"),
  POOL_SLOTS(Form.GAUGE, "relight.pool.slots", "commands that they run at once", "pool"),
  POOL_SLOTS_FREE(Form.GAUGE, "relight.pool.slots.free", "slots without a command", "pool"),
  CAUGHT_UP(
      Form.GAUGE,
      "relight.caught.up",
      "1 while everything that workers sent has been read and kept, else 0: then no worker is"
          + " called lost"),
  SAMPLE_AGE(
      Form.SECONDS,
      "relight.sample.age",
      "how old the gauges are that are read from PostgreSQL every `relight.metrics.interval`"),
  LIVE_STREAMS(Form.GAUGE, "relight.live.streams", "streams of live events that are open");

  private enum Form {
    COUNTER,
    GAUGE,
    /** A gauge of a time. */
    SECONDS,
    TIMER,
    SUMMARY
  }

  /** Upper ends of the timers' buckets, from a hop to a slow host. */
  private static final Duration[] BUCKETS =
      List.of(2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 120_000)
          .stream()
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final Form form;
  private final String title;
  private final String meaning;
  private final List<String> labels;
  private final Map<List<String>, Meter> meters = new ConcurrentHashMap<>();
  private final Map<List<String>, AtomicReference<DoubleSupplier>> values =
      new ConcurrentHashMap<>();

  Metric(Form form, String title, String meaning, String... labels) {
    this.form = form;
    this.title = title;
    this.meaning = meaning;
    this.labels = List.of(labels);
  }

  /** Adds to a counter. */
  public void add(long amount, String... labelValues) {
    meter(Counter.class, this::counter, labelValues).increment(amount);
  }

  /** Adds a time to a timer. */
  public void time(Duration time, String... labelValues) {
    meter(Timer.class, this::timer, labelValues).record(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Adds the time since {@link System#nanoTime} had a value to a timer. */
  public void since(long nanoTime, String... labelValues) {
    time(Duration.ofNanos(System.nanoTime() - nanoTime), labelValues);
  }

  /** Adds a size to a summary. */
  public void size(long size) {
    meter(DistributionSummary.class, this::summary).record(size);
  }

  /** A gauge shows this from now on. */
  public void set(double value, String... labelValues) {
    show(() -> value, labelValues);
  }

  /** A gauge shows, whenever it is asked for, what this answers; it must be cheap. */
  public void show(DoubleSupplier value, String... labelValues) {
    List<String> key = List.of(labelValues);
    AtomicReference<DoubleSupplier> shown = values.get(key);
    if (shown == null) {
      values.put(key, new AtomicReference<>(value));
      meters.put(key, gauge(key));
    } else {
      shown.set(value);
    }
  }

  /** So that it is told before it is first needed, where its labels need not be known for that. */
  void begin() {
    if (labels.isEmpty()) {
      switch (form) {
        case COUNTER -> add(0);
        case TIMER -> meter(Timer.class, this::timer);
        case SUMMARY -> meter(DistributionSummary.class, this::summary);
        case GAUGE, SECONDS -> {}
      }
    }
  }

  /** A line of the table in the documentation. */
  String row() {
    return "| `%s` | %s | %s | %s |"
        .formatted(
            exported(),
            switch (form) {
              case COUNTER -> "counter";
              case GAUGE, SECONDS -> "gauge";
              case TIMER -> "histogram";
              case SUMMARY -> "summary";
            },
            labels.isEmpty() ? "" : "`" + String.join("`, `", labels) + "`",
            meaning);
  }

  /** The name by which Prometheus knows it, less {@code _bucket}, {@code _sum}, {@code _count}. */
  private String exported() {
    String name = title.replace('.', '_');
    return switch (form) {
      case COUNTER -> name + "_total";
      case SECONDS, TIMER -> name + "_seconds";
      case GAUGE, SUMMARY -> name;
    };
  }

  private <M extends Meter> M meter(
      Class<M> type, Function<List<String>, Meter> make, String... labelValues) {
    List<String> key = List.of(labelValues);
    // Nearly always there, and found so without a lock.
    Meter known = meters.get(key);
    return type.cast(known == null ? meters.computeIfAbsent(key, make) : known);
  }

  private Meter counter(List<String> labelValues) {
    return Counter.builder(title)
        .description(meaning)
        .tags(tags(labelValues))
        .register(Metrics.globalRegistry);
  }

  private Meter timer(List<String> labelValues) {
    return Timer.builder(title)
        .description(meaning)
        .tags(tags(labelValues))
        .serviceLevelObjectives(BUCKETS)
        .register(Metrics.globalRegistry);
  }

  private Meter summary(List<String> labelValues) {
    return DistributionSummary.builder(title)
        .description(meaning)
        .tags(tags(labelValues))
        .register(Metrics.globalRegistry);
  }

  private Meter gauge(List<String> labelValues) {
    MeterRegistry registry = Metrics.globalRegistry;
    // Of a service that ran in this JVM before, as in tests.
    registry.find(title).tags(tags(labelValues)).meters().forEach(registry::remove);
    AtomicReference<DoubleSupplier> shown = values.get(labelValues);
    return Gauge.builder(title, shown, reference -> reference.get().getAsDouble())
        .description(meaning)
        .baseUnit(form == Form.SECONDS ? "seconds" : null)
        .tags(tags(labelValues))
        .register(registry);
  }

  private Tags tags(List<String> labelValues) {
    if (labelValues.size() != labels.size()) {
      throw new IllegalArgumentException(this + " has the labels " + labels);
    }
    Tags tags = Tags.empty();
    for (int i = 0; i < labels.size(); i++) {
      tags = tags.and(Tag.of(labels.get(i), labelValues.get(i)));
    }
    return tags;
  }
}

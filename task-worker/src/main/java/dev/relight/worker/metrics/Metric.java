package dev.relight.worker.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Everything that this service tells of its own work, beside what Quarkus tells of Kafka and the
 * JVM. It can be counted from anywhere, as it can be logged from anywhere.
 */
public enum Metric {
  COMMAND_DELIVERY(
      Form.TIMER,
      "relight.command.delivery",
      "a command's way from the control plane over Kafka to here"),
  COMMANDS_UNREADABLE(
      Form.COUNTER,
      "relight.commands.unreadable",
      "commands that could not be understood and went to the dead letters"),
  ATTEMPT_DURATION(
      Form.TIMER,
      "relight.attempt.duration",
      "from the arrival of a command to the broker's acknowledgement of its last report",
      "kind",
      "outcome"),
  REPORT_SENDING(
      Form.TIMER, "relight.report.sending", "until the broker has acknowledged a report"),
  ATTEMPTS(Form.GAUGE, "relight.worker.attempts", "commands that it has in hand"),
  ATTEMPTS_RUNNING(Form.GAUGE, "relight.worker.attempts.running", "those that have begun"),
  SLOTS(Form.GAUGE, "relight.worker.slots", "commands that it runs at once"),
  PARTITIONS(Form.GAUGE, "relight.worker.partitions", "partitions of the commands that it reads"),
  LEASE_HELD(
      Form.GAUGE,
      "relight.worker.lease.held",
      "1 while the control planes hear this worker and it may begin work, else 0"),
  LEASE_LOSSES(
      Form.COUNTER,
      "relight.worker.lease.losses",
      "how often it was not heard for so long that it began nothing more"),
  SSH_COMMAND(
      Form.TIMER,
      "relight.ssh.command",
      "a command on a host, behind the fence: `mode` is what the fence was asked for",
      "mode",
      "outcome"),
  SSH_CONNECT(Form.TIMER, "relight.ssh.connect", "until a host has let the worker in", "outcome"),
  SSH_CONNECTIONS(Form.GAUGE, "relight.ssh.connections", "connections to hosts that are kept"),
  AGENT_REQUEST(
      Form.TIMER, "relight.agent.request", "a request to the HTTP API of an agent", "outcome");

  private enum Form {
    COUNTER,
    GAUGE,
    TIMER
  }

  /** Of what is {@link #timed}. */
  private static final List<String> OUTCOMES = List.of("succeeded", "failed", "canceled");

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

  /** The same work, its time added to a timer whose last label is how it came out. */
  public <T> Uni<T> timed(Supplier<Uni<T>> work, String... otherLabels) {
    return Uni.createFrom()
        .deferred(
            () -> {
              long begun = System.nanoTime();
              return work.get()
                  .onTermination()
                  .invoke(
                      (item, failure, canceled) ->
                          since(begun, and(otherLabels, outcome(failure, canceled))));
            });
  }

  private static String outcome(Throwable failure, boolean canceled) {
    return canceled ? "canceled" : failure == null ? "succeeded" : "failed";
  }

  private static String[] and(String[] some, String last) {
    String[] all = Arrays.copyOf(some, some.length + 1);
    all[some.length] = last;
    return all;
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
    if (labels.equals(List.of("outcome"))) {
      OUTCOMES.forEach(outcome -> meter(Timer.class, this::timer, outcome));
    }
    if (labels.isEmpty()) {
      switch (form) {
        case COUNTER -> add(0);
        case TIMER -> meter(Timer.class, this::timer);
        case GAUGE -> {}
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
              case GAUGE -> "gauge";
              case TIMER -> "histogram";
            },
            labels.isEmpty() ? "" : "`" + String.join("`, `", labels) + "`",
            meaning);
  }

  /** The name by which Prometheus knows it, less {@code _bucket}, {@code _sum}, {@code _count}. */
  private String exported() {
    String name = title.replace('.', '_');
    return switch (form) {
      case COUNTER -> name + "_total";
      case TIMER -> name + "_seconds";
      case GAUGE -> name;
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

  private Meter gauge(List<String> labelValues) {
    MeterRegistry registry = Metrics.globalRegistry;
    // Of a service that ran in this JVM before, as in tests.
    registry.find(title).tags(tags(labelValues)).meters().forEach(registry::remove);
    AtomicReference<DoubleSupplier> shown = values.get(labelValues);
    return Gauge.builder(title, shown, reference -> reference.get().getAsDouble())
        .description(meaning)
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

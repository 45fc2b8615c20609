package dev.relight.service.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
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

/** One metric of a service: what is counted, shown or timed, by its labels. */
public final class Measure {
  enum Form {
    COUNTER("counter", "_total"),
    GAUGE("gauge", ""),
    /** A gauge of a time. */
    SECONDS("gauge", "_seconds"),
    TIMER("histogram", "_seconds"),
    SUMMARY("summary", "");

    private final String shown;
    private final String suffix;

    Form(String shown, String suffix) {
      this.shown = shown;
      this.suffix = suffix;
    }
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

  Measure(Form form, String title, String meaning, String... labels) {
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
    if (labels.equals(List.of("outcome"))) {
      OUTCOMES.forEach(outcome -> meter(Timer.class, this::timer, outcome));
    }
    if (labels.isEmpty()) {
      switch (form) {
        case COUNTER -> add(0);
        case TIMER -> meter(Timer.class, this::timer);
        case SUMMARY -> meter(DistributionSummary.class, this::summary);
        case GAUGE, SECONDS -> {}
      }
    }
  }

  /**
   * A line of the table in the documentation, by the name by which Prometheus knows it, less {@code
   * _bucket}, {@code _sum}, {@code _count}.
   */
  String row() {
    return "| `%s` | %s | %s | %s |"
        .formatted(
            title.replace('.', '_') + form.suffix,
            form.shown,
            labels.isEmpty() ? "" : "`" + String.join("`, `", labels) + "`",
            meaning);
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
      throw new IllegalArgumentException(title + " has the labels " + labels);
    }
    Tags tags = Tags.empty();
    for (int i = 0; i < labels.size(); i++) {
      tags = tags.and(Tag.of(labels.get(i), labelValues.get(i)));
    }
    return tags;
  }
}

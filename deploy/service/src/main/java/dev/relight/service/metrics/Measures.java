package dev.relight.service.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Makes the metrics of a service and keeps their list, in the order of the documentation. */
public final class Measures {
  private final List<Measure> all = new ArrayList<>();

  /** Of what happens. */
  public Measure counter(String title, String meaning, String... labels) {
    return add(Measure.Form.COUNTER, title, meaning, labels);
  }

  /** Of what there is. */
  public Measure gauge(String title, String meaning, String... labels) {
    return add(Measure.Form.GAUGE, title, meaning, labels);
  }

  /** Of how old something is. */
  public Measure seconds(String title, String meaning, String... labels) {
    return add(Measure.Form.SECONDS, title, meaning, labels);
  }

  /** Of how long something takes. */
  public Measure timer(String title, String meaning, String... labels) {
    return add(Measure.Form.TIMER, title, meaning, labels);
  }

  /** Of how large something is. */
  public Measure summary(String title, String meaning) {
    return add(Measure.Form.SUMMARY, title, meaning);
  }

  /** What was never counted yet is told as 0 from now on. */
  public void begin() {
    all.forEach(Measure::begin);
  }

  /** The table in the documentation. */
  public String table() {
    return all.stream()
        .map(Measure::row)
        .collect(
            Collectors.joining("\n", "\n| metric | | labels | |\n|---|---|---|---|\n", "\n\n"));
  }

  private Measure add(Measure.Form form, String title, String meaning, String... labels) {
    Measure measure = new Measure(form, title, meaning, labels);
    all.add(measure);
    return measure;
  }
}

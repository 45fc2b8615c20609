package dev.relight.faults;

import java.util.List;
import java.util.stream.Stream;

/** The matrix: all rows, each of which stands in the file of what it breaks. */
final class Rows {
  private Rows() {}

  static List<Row> all() {
    return Stream.of(
            WorkerRows.ALL,
            ControlPlaneRows.ALL,
            DatabaseRows.ALL,
            BrokerRows.ALL,
            NetworkRows.ALL,
            MessageRows.ALL,
            ClockRows.ALL,
            DiskRows.ALL,
            HostRows.ALL)
        .flatMap(List::stream)
        .toList();
  }

  /** All rows in groups that are played under one load each, where there is little time. */
  static List<List<Row>> groups() {
    return List.of(
        WorkerRows.ALL,
        ControlPlaneRows.ALL,
        DatabaseRows.ALL,
        join(BrokerRows.ALL, DiskRows.ALL),
        NetworkRows.ALL,
        join(MessageRows.ALL, HostRows.ALL),
        ClockRows.ALL);
  }

  private static List<Row> join(List<Row> some, List<Row> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  static Row named(String name) {
    return all().stream()
        .filter(row -> row.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("There is no row '" + name + "'; try --list"));
  }
}

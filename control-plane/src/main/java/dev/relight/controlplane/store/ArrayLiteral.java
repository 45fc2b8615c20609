package dev.relight.controlplane.store;

import java.util.List;
import java.util.stream.Collectors;

/** Arrays of arrays: as a parameter, PostgreSQL takes only such whose rows are equally long. */
final class ArrayLiteral {
  private ArrayLiteral() {}

  /** The array as text, which the statement casts. */
  static String of(List<Long> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
  }
}

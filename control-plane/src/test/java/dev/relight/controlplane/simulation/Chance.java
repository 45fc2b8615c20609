package dev.relight.controlplane.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** What happens by chance; the same seed brings the same. */
final class Chance {
  private final SplittableRandom random;

  Chance(long seed) {
    random = new SplittableRandom(seed);
  }

  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  /** From 0, without the bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Both included. */
  long between(long first, long last) {
    return random.nextLong(first, last + 1);
  }

  <T> T of(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}

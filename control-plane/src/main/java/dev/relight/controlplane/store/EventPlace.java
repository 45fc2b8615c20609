package dev.relight.controlplane.store;

import java.util.Comparator;

/**
 * Where an event stands among those of all tasks.
 *
 * @param tx number of the transaction that wrote it
 * @param row number of its row, from 1
 */
public record EventPlace(long tx, long row) implements Comparable<EventPlace> {
  private static final Comparator<EventPlace> ORDER =
      Comparator.comparingLong(EventPlace::tx).thenComparingLong(EventPlace::row);

  @Override
  public int compareTo(EventPlace other) {
    return ORDER.compare(this, other);
  }
}

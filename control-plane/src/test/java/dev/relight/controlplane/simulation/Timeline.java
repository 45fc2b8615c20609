package dev.relight.controlplane.simulation;

import java.util.PriorityQueue;

/** A clock that stands still until what is next in time is done. */
final class Timeline {
  private record Entry(long at, long order, Runnable what) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Entry> once = new PriorityQueue<>();
  private final PriorityQueue<Entry> rounds = new PriorityQueue<>();
  private long millis;
  private long order;

  long millis() {
    return millis;
  }

  long nanos() {
    return millis * 1_000_000;
  }

  void at(long time, Runnable what) {
    once.add(new Entry(Math.max(time, millis), order++, what));
  }

  void after(long delay, Runnable what) {
    at(millis + delay, what);
  }

  /** As {@link #after}, for what is done again and again and has no effect most of the time. */
  void round(long delay, Runnable what) {
    rounds.add(new Entry(millis + delay, order++, what));
  }

  /** How long nothing but rounds lies ahead. */
  long quiet() {
    return once.isEmpty() ? Long.MAX_VALUE : once.peek().at - millis;
  }

  /** Goes on to what is next. */
  void step() {
    boolean round = once.isEmpty() || !rounds.isEmpty() && rounds.peek().compareTo(once.peek()) < 0;
    Entry next = round ? rounds.poll() : once.poll();
    millis = Math.max(millis, next.at);
    next.what.run();
  }

  /** Lets time pass in which no round is made. */
  void pass(long delay) {
    millis += delay;
  }
}

package dev.relight.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks for small tasks that touch no host, four a second, from one end of a row to the other: when
 * they are done as soon as ever, the system is well again.
 */
final class Probe implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(250);
  private static final int AT_ONCE = 8;

  /**
   * A task, and when it was asked for, accepted and done, in milliseconds since the epoch; 0 for
   * not yet.
   */
  private static final class Asked {
    private final long host;
    private final long at;
    private volatile long accepted;
    private volatile long task;

    Asked(long host, long at) {
      this.host = host;
      this.at = at;
    }
  }

  private final Client client;
  private final Witness witness;
  private final List<Long> hosts;
  private final Accepted accepted;
  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE, Probe::daemon);
  private final ConcurrentLinkedQueue<Asked> asked = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::run, "probe");
  private volatile boolean ending;

  Probe(Client client, Witness witness, List<Long> hosts, Accepted accepted) {
    this.client = client;
    this.witness = witness;
    this.hosts = hosts;
    this.accepted = accepted;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Whether the last ones were done within the limit, and so was, however late, whatever was asked
   * for before that moment.
   */
  boolean isWell(long since, Duration limit) {
    long now = System.currentTimeMillis();
    List<Asked> recent = asked.stream().filter(one -> now - one.at > limit.toMillis()).toList();
    List<Asked> last = recent.subList(Math.max(0, recent.size() - 4), recent.size());
    return last.size() == 4
        && last.stream().allMatch(one -> one.at > now - 8 * limit.toMillis())
        && asked.stream()
            .allMatch(one -> one.at >= Math.max(since, now - limit.toMillis()) || endOf(one) > 0)
        && last.stream().allMatch(one -> endOf(one) > 0 && endOf(one) - one.at <= limit.toMillis());
  }

  /** Whether so many have been done. */
  boolean hasDone(int count) {
    return asked.stream().filter(one -> endOf(one) > 0).count() >= count;
  }

  /**
   * When the last one was done that took longer than that, or was asked for before; {@code since}
   * where none was.
   */
  long lastLate(long since, Duration limit) {
    return asked.stream()
        .filter(one -> one.at < since || endOf(one) - one.at > limit.toMillis())
        .mapToLong(this::endOf)
        .filter(end -> end > since)
        .max()
        .orElse(since);
  }

  /**
   * Where those were that took longer than that, of those that were waited for from that moment on:
   * a line for each, by when its messages were written, in milliseconds from when it was asked for.
   */
  List<String> whereLateWere(long since, Duration limit) {
    List<String> lines = new ArrayList<>();
    for (Asked one : asked) {
      long end = endOf(one);
      if (end > since && end - one.at > limit.toMillis()) {
        String messages =
            Stream.concat(
                    witness.commands().stream()
                        .filter(command -> command.task() == one.task)
                        .map(command -> Map.entry(command.at() - one.at, "command")),
                    witness.reports().stream()
                        .filter(report -> report.task() == one.task)
                        .map(report -> Map.entry(report.at() - one.at, report.type())))
                .sorted(Map.Entry.comparingByKey())
                .map(message -> message.getKey() + " " + message.getValue())
                .collect(Collectors.joining(", "));
        lines.add(
            "%s task %d, accepted %d; %s; ended %d"
                .formatted(
                    Instant.ofEpochMilli(one.at),
                    one.task,
                    one.accepted - one.at,
                    messages,
                    end - one.at));
      }
    }
    return lines;
  }

  /** What half of the last ones took that were done, so many. */
  Duration usual(int count) {
    List<Asked> done = asked.stream().filter(one -> endOf(one) > 0).toList();
    List<Long> delays =
        done.subList(Math.max(0, done.size() - count), done.size()).stream()
            .map(one -> endOf(one) - one.at)
            .sorted()
            .toList();
    return Duration.ofMillis(delays.get(delays.size() / 2));
  }

  /**
   * How long it took at most, from one moment on, until one was done that was waited for at some
   * time from there to another moment; in milliseconds, negative without any.
   */
  long longest(long from, long to) {
    long now = System.currentTimeMillis();
    return asked.stream()
        .filter(one -> one.at < to)
        .mapToLong(one -> (endOf(one) == 0 ? now : endOf(one)) - Math.max(one.at, from))
        .max()
        .orElse(-1);
  }

  /** Asks for no more; returns when all that was asked is answered. */
  @Override
  public void close() {
    ending = true;
    try {
      thread.join();
      threads.shutdown();
      while (!threads.awaitTermination(1, TimeUnit.SECONDS)) {
        // An outage may have kept them waiting.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long endOf(Asked one) {
    return witness.task(one.task).map(TaskFile::endedAt).orElse(0L);
  }

  private void run() {
    try {
      while (!ending) {
        free().ifPresent(this::ask);
        Thread.sleep(EVERY.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Long> free() {
    Set<Long> busy = new HashSet<>();
    asked.stream().filter(one -> endOf(one) == 0).forEach(one -> busy.add(one.host));
    List<Long> rotated = new ArrayList<>(hosts);
    Collections.rotate(rotated, -asked.size());
    return rotated.stream().filter(host -> !busy.contains(host)).findFirst();
  }

  private void ask(long host) {
    Asked one = new Asked(host, System.currentTimeMillis());
    asked.add(one);
    threads.execute(() -> ask(one));
  }

  private void ask(Asked one) {
    try {
      String key = accepted.newKey();
      Client.Answer answer =
          client.post(
              "/compute/hosts/batchRestartAgents", Map.of("hostIds", List.of(one.host)), key);
      accepted.answered(key, answer);
      if (answer.status() == Client.OK) {
        one.accepted = System.currentTimeMillis();
        one.task = answer.data().path("id").asLong();
      } else {
        asked.remove(one);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "probe");
    thread.setDaemon(true);
    return thread;
  }
}

package dev.relight.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relight.model.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * How long the system takes from one thing to the next while so many subtasks a second are done.
 */
final class Delays {
  private static final String PREFIX = "relight.";
  private static final int SUBTASKS = 5;

  private final Bench bench;
  private final ObjectMapper json = new ObjectMapper();

  Delays(Bench bench) {
    this.bench = bench;
  }

  /**
   * From a worker's report that a subtask is done to the command of the next at the worker; the
   * floor beside it is a fifth of what PostgreSQL and Kafka alone need for the five.
   */
  List<Result> hops(List<Integer> rates) throws Exception {
    List<Result> results = new ArrayList<>();
    for (int rate : rates) {
      Map<Long, Long> sentAt = new HashMap<>();
      double[] hops =
          samples(
              List.of(Topics.SUBTASK_COMMANDS, Topics.SUBTASK_REPORTS),
              rate,
              (record, samples) -> hop(record, sentAt, samples));
      double[] floor = new double[hops.length / SUBTASKS + 1];
      for (int i = 0; i < floor.length; i++) {
        floor[i] = bench.floor().makespan(1) / SUBTASKS;
        pause(rate);
      }
      results.add(Result.of(Figure.hop_ms.name(), "per_s", rate, hops).beside(floor));
    }
    return results;
  }

  /** From the beginning of the transaction that moves something to its event at a consumer. */
  List<Result> events(List<Integer> rates) throws Exception {
    List<Result> results = new ArrayList<>();
    for (int rate : rates) {
      double[] delays =
          samples(
              List.of(Topics.TASK_STATUS, Topics.SUBTASK_STATUS),
              rate,
              (record, samples) -> samples.add(record.at() - committedAt(record.record())));
      results.add(Result.of(Figure.event_ms.name(), "per_s", rate, delays));
    }
    return results;
  }

  private record Arrived(ConsumerRecord<String, byte[]> record, double at) {}

  private void hop(Arrived arrived, Map<Long, Long> sentAt, List<Double> samples) {
    JsonNode message = read(arrived.record());
    long task = message.get("taskId").asLong();
    if (!arrived.record().topic().endsWith(Topics.SUBTASK_REPORTS)) {
      Long sent = sentAt.remove(task);
      if (sent != null) {
        samples.add(arrived.at() - sent);
      }
    } else if (message.get("type").asText().equals("SUCCEEDED")) {
      sentAt.put(task, arrived.record().timestamp());
    }
  }

  private JsonNode read(ConsumerRecord<String, byte[]> record) {
    try {
      return json.readTree(record.value());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double committedAt(ConsumerRecord<String, byte[]> event) {
    String time = new String(event.headers().lastHeader("ce_time").value(), UTF_8);
    return Clock.millis(OffsetDateTime.parse(time).toInstant());
  }

  private double[] samples(List<String> topics, int rate, BiConsumer<Arrived, List<Double>> each)
      throws Exception {
    List<Double> samples = new ArrayList<>();
    List<String> names = topics.stream().map(PREFIX::concat).toList();
    try (Tap tap =
        new Tap(
            bench.target().bootstrapServers(),
            names,
            (record, at) -> each.accept(new Arrived(record, at), samples))) {
      List<Long> hosts = bench.hosts(100);
      long end = System.nanoTime() + bench.seconds() * 1_000_000_000L;
      for (int i = 0; System.nanoTime() < end; i++) {
        bench.api().restart(List.of(hosts.get(i % hosts.size())));
        pause(rate);
      }
      bench.tasks().awaitEndOfAll();
      tap.awaitSilence();
    }
    return samples.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void pause(int rate) {
    LockSupport.parkNanos(SUBTASKS * 1_000_000_000L / rate);
  }
}

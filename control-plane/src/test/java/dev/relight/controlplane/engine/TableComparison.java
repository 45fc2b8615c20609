package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relight.controlplane.store.Events.Entry;
import dev.relight.controlplane.store.HostLine;
import dev.relight.controlplane.store.MemoryTables;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Says where tables in memory are not as those of PostgreSQL. */
@ApplicationScoped
class TableComparison {
  private static final String SUBTASKS =
      """
      select format('subtask %s %s %s/%s attempt %s takeovers %s %s %s upstreams %s %s%s%s%s, %s, %s',
          id, kind, status, operation, attempt, takeovers,
          case when fence > 0 then 'fenced' else 'new' end, coalesce(worker, 'null'),
          pending_upstreams, passed_upstreams,
          case when deadline is not null then ' limited' end,
          case when start_time is not null then ' started' end,
          case when finish_time is not null then ' finished' end,
          coalesce(message, 'null'), coalesce(observed, 'null'))
      from subtask order by id
      """;

  private static final String TASKS =
      """
      select format('task %s %s/%s live %s failed %s sequences %s %s%s', id, status, operation,
          live, failed, task_sequence, subtask_sequence,
          case when finish_time is not null then ' finished' end)
      from task order by id
      """;

  private static final String HOSTS =
      """
      select format('host %s of %s%s', host_id, task_id, case when held then ' held' end)
      from host_lock order by host_id
      """;

  private static final String EVENTS =
      "select data from event where task_id >= %d order by task_id, version";

  private final Pool pool;
  private final ObjectMapper mapper;

  TableComparison(Pool pool, ObjectMapper mapper) {
    this.pool = pool;
    this.mapper = mapper;
  }

  /** Holds tasks, subtasks and the hosts' locks against each other. */
  void tables(MemoryTables tables, List<Long> hosts) {
    assertThat(Stream.concat(tables.allTasks().map(t -> t.describe()), subtasks(tables)).toList())
        .isEqualTo(Stream.concat(texts(TASKS), texts(SUBTASKS)).toList());
    assertThat(
            hosts.stream()
                .map(tables::host)
                .filter(host -> host.taskId() != 0)
                .sorted(Comparator.comparing(HostLine::id))
                .map(HostLine::describe)
                .toList())
        .isEqualTo(texts(HOSTS).toList());
  }

  private static Stream<String> subtasks(MemoryTables tables) {
    return tables
        .allTasks()
        .flatMap(
            task ->
                IntStream.range(0, task.plan().subtasks().size())
                    .mapToObj(number -> tables.subtask(task.firstSubtaskId() + number)))
        .filter(Objects::nonNull)
        .map(line -> line.describe());
  }

  /** Holds the events of all tasks from this one on against each other. */
  void events(MemoryTables tables, long firstTask) {
    List<JsonNode> told =
        tables.events().stream()
            .sorted(Comparator.comparingLong(Entry::taskId).thenComparingLong(Entry::version))
            .map(entry -> event(entry.data()))
            .toList();
    assertThat(told).isEqualTo(texts(EVENTS.formatted(firstTask)).map(this::event).toList());
  }

  private JsonNode event(String data) {
    try {
      ObjectNode event = (ObjectNode) mapper.readTree(data);
      event.remove("at");
      return event;
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private Stream<String> texts(String sql) {
    return StreamSupport.stream(
            pool.query(sql)
                .execute()
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .spliterator(),
            false)
        .map(row -> row.getString(0));
  }
}

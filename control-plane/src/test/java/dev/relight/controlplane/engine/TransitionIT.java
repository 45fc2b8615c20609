package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relight.controlplane.task.SubtaskSignal;
import dev.relight.controlplane.task.SubtaskState;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** PostgreSQL moves subtasks as the state machine says, in every cell of it. */
@QuarkusTest
class TransitionIT {
  private static final long TASK = 900_000_001;
  private static final long SUBTASK = 900_000_001;

  @Inject MoveSubtasks moveSubtasks;
  @Inject Pool pool;

  static Stream<Arguments> cells() {
    return Stream.of(SubtaskState.values())
        .flatMap(
            state -> Stream.of(SubtaskSignal.values()).map(signal -> Arguments.of(state, signal)));
  }

  @ParameterizedTest
  @MethodSource("cells")
  void movesAsTheStateMachineSays(SubtaskState state, SubtaskSignal signal) {
    insert(state);
    moveSubtasks
        .move(
            List.of(TASK),
            List.of(SUBTASK),
            (ledger, rows) -> ledger.move(rows.get(SUBTASK), signal))
        .await()
        .indefinitely();

    SubtaskState expected = state.on(signal).orElse(state);
    Row row =
        sql("select status, finish_time from subtask where id = " + SUBTASK).iterator().next();
    assertThat(row.getString("status")).isEqualTo(expected.name());
    assertThat(row.getOffsetDateTime("finish_time") != null)
        .isEqualTo(state.on(signal).isPresent() && expected.isSettled());
    long events =
        sql("select count(*) from event where of_subtask and task_id = " + TASK)
            .iterator()
            .next()
            .getLong(0);
    boolean taken = state.on(signal).isPresent();
    boolean toldApart = expected != state || (taken && state.isStarted());
    assertThat(events).isEqualTo(toldApart ? 1 : 0);
  }

  @AfterEach
  void clear() {
    sql("delete from subtask where id = " + SUBTASK);
    sql("delete from task where id = " + TASK);
    sql("delete from event where task_id = " + TASK);
  }

  /** No worker has it, nor can any get it, so that nothing but the test moves it. */
  private void insert(SubtaskState state) {
    sql(
        """
        insert into task (id, kind, status, operation, creator_id, creator, executor, host_ids,
            first_subtask_id, subtask_count, live, task_sequence, subtask_sequence)
        overriding system value
        values (%d, 'BATCH_RESTART', 'RUNNING', 'EXECUTE', 1, 'a', 'b', '{1}', %d, 9, 5, 0, 0)
        """
            .formatted(TASK, SUBTASK));
    sql(
        """
        insert into subtask (id, task_id, kind, lane, host_id, pool, status, operation,
            pending_upstreams, fence)
        values (%d, %d, 'STOP_ALL', 0, 1, 'nobody', '%s', 'EXECUTE', 0, 1)
        """
            .formatted(SUBTASK, TASK, state.name()));
  }

  private RowSet<Row> sql(String sql) {
    return pool.query(sql).execute().toCompletionStage().toCompletableFuture().join();
  }
}

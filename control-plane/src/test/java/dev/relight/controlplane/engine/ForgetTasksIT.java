package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.store.RequestKeys.Key;
import dev.relight.model.TaskStatus;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is forgotten ended long ago, is forgotten wholly, and everything else stays. */
@QuarkusTest
class ForgetTasksIT {
  @Inject Rehearsal rehearsal;
  @Inject SubmitTask submitTask;
  @Inject ForgetTasks forgetTasks;
  @Inject Pool pool;

  @AfterEach
  void clear() throws InterruptedException {
    rehearsal.clear();
    rehearsal.update("delete from subtask_log");
    rehearsal.update("delete from forgotten_subtasks");
  }

  @Test
  void forgetsWhatEndedLongAgoWithAllThatBelongsToIt() {
    ScriptedWorker worker = rehearsal.worker(ScriptedWorker::obey);
    SubmittedTask old = submitUnderAKey();
    SubmittedTask young = rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(2));
    assertThat(rehearsal.end(old)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(rehearsal.end(young)).isEqualTo(TaskStatus.SUCCESSFUL);
    worker.offer(0);
    await().atMost(Rehearsal.LONG).until(() -> logs(old) > 0 && logs(young) > 0);
    age(old, 91);
    age(young, 89);
    long youngLogs = logs(young);

    forget();

    assertThat(rehearsal.count("select count(*) from task")).isOne();
    assertThat(subtasks(old) + logs(old)).isZero();
    assertThat(rehearsal.count("select count(*) from request_key where task_id = " + old.id()))
        .isZero();
    assertThat(subtasks(young)).isEqualTo(14);
    assertThat(logs(young)).isEqualTo(youngLogs);
  }

  @Test
  void neverForgetsWhatIsNotFinished() {
    rehearsal.worker((worker, command) -> {});
    SubmittedTask running = rehearsal.submit(TaskKind.RESTART, rehearsal.hosts(1));
    SubmittedTask paused = rehearsal.submit(TaskKind.RESTART, rehearsal.hosts(1));
    rehearsal.update("update task set create_time = now() - interval '400 days'");
    // Whatever may be written down of a time: what counts is that it goes on.
    age(running, 400);
    age(paused, 400);
    rehearsal.update("update task set status = 'PAUSED' where id = " + paused.id());

    forget();

    assertThat(rehearsal.count("select count(*) from task")).isEqualTo(2);
    assertThat(subtasks(running)).isEqualTo(5);
    assertThat(subtasks(paused)).isEqualTo(5);
  }

  @Test
  void leavesATaskThatSomebodyWorksOnAndWaitsForNobody() {
    long first = insert(5);
    long other = insert(5);
    SqlConnection somebody = pool.getConnection().toCompletionStage().toCompletableFuture().join();
    try {
      run(somebody, "begin");
      run(somebody, "select from task where first_subtask_id = " + first + " for update");
      forget();
      assertThat(rehearsal.count("select count(*) from task")).isOne();
      run(somebody, "rollback");
    } finally {
      somebody.close();
    }
    forget();
    assertThat(rehearsal.count("select count(*) from task")).isZero();
    assertThat(rehearsal.count("select count(*) from subtask where id >= " + other)).isZero();
  }

  @Test
  void alsoALargeTaskIsGoneAtOnceAndDeletedByPieces() {
    insert(45_000);
    insert(3);

    forget();
    assertThat(rehearsal.count("select count(*) from task")).isZero();
    // As much as one round may do, and no more.
    assertThat(rehearsal.count("select count(*) from subtask")).isEqualTo(25_003);
    forget();
    assertThat(rehearsal.count("select count(*) from subtask")).isZero();
    assertThat(rehearsal.count("select count(*) from forgotten_subtasks")).isZero();
  }

  private SubmittedTask submitUnderAKey() {
    TaskRequest request =
        new TaskRequest(
            TaskKind.BATCH_RESTART, rehearsal.hosts(2), null, 100, "admin", "127.0.0.1", null);
    Key key = new Key(100, "retention", "digest");
    return submitTask
        .submit(request, new Receipt(Optional.of(key), Optional.empty()))
        .await()
        .atMost(Rehearsal.LONG);
  }

  /** The first subtask of a task that ended long ago and had so many. */
  private long insert(int subtasks) {
    long first =
        rehearsal.count("select coalesce(max(id), 0) + 1000000 from subtask where id > 1000000");
    rehearsal.update(
        """
        insert into task (kind, status, operation, creator_id, creator, executor, host_ids,
            first_subtask_id, subtask_count, live, task_sequence, subtask_sequence, finish_time)
        values ('BATCH_RESTART', 'FAILED', 'EXECUTE', 100, 'admin', 'x', '{}', %1$d, %2$d, 0, 0, 0,
          now() - interval '91 days')
        """
            .formatted(first, subtasks));
    rehearsal.update(
        """
        insert into subtask (id, task_id, kind, lane, status, operation, pending_upstreams)
        select n, 1, 'FINISH', 0, 'PENDING', 'EXECUTE', 1
        from generate_series(%1$d, %1$d + %2$d - 1) as n
        """
            .formatted(first, subtasks));
    return first;
  }

  private void forget() {
    forgetTasks.round().await().atMost(Rehearsal.LONG);
  }

  private void age(SubmittedTask task, int days) {
    rehearsal.update(
        "update task set finish_time = now() - interval '%d days' where id = %d"
            .formatted(days, task.id()));
  }

  private long subtasks(SubmittedTask task) {
    return rehearsal.count("select count(*) from subtask where " + range("id", task));
  }

  private long logs(SubmittedTask task) {
    return rehearsal.count("select count(*) from subtask_log where " + range("subtask_id", task));
  }

  private static String range(String column, SubmittedTask task) {
    long first = task.firstSubtaskId();
    return "%s between %d and %d"
        .formatted(column, first, first + task.plan().subtasks().size() - 1);
  }

  private static void run(SqlConnection connection, String sql) {
    connection.query(sql).execute().toCompletionStage().toCompletableFuture().join();
  }
}

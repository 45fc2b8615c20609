package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.task.Refusal;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.model.TaskStatus;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EngineIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @Inject SubmitTask submitTask;
  @Inject AwaitTask awaitTask;
  @Inject Pool pool;

  private final List<ScriptedWorker> workers = new ArrayList<>();

  @AfterEach
  void stopWorkers() throws InterruptedException {
    for (ScriptedWorker worker : workers) {
      worker.stop();
    }
    // Nothing of this test is given to the next one's workers.
    query("delete from subtask");
    query("delete from task");
    query("delete from host_lock");
  }

  @Test
  void runsABatchThroughAllItsStages() {
    worker(ScriptedWorker::obey);
    SubmittedTask task = submit(TaskKind.BATCH_RESTART, hosts(3));

    assertThat(end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(count("select count(*) from subtask where status = 'SUCCESSFUL'")).isEqualTo(19);
    assertThat(count("select count(*) from host_lock")).isZero();
  }

  @Test
  void startsNoLaneOfAStageBeforeAllOthersHaveLeftTheOneBefore() {
    ScriptedWorker worker = worker(ScriptedWorker::obey);
    end(submit(TaskKind.BATCH_RESTART, hosts(4)));

    assertThat(worker.received().stream().map(SubtaskCommand::kind).toList())
        .containsExactlyElementsOf(
            TaskKind.BATCH_RESTART.stages().stream()
                .flatMap(stage -> Collections.nCopies(4, stage).stream())
                .toList());
  }

  @Test
  void aHostThatFailsToStopIsStartedOnceMoreAndHoldsUpNobody() {
    List<Long> hosts = hosts(3);
    ScriptedWorker worker =
        worker(
            (w, command) -> {
              if (command.host().id() == hosts.get(1) && command.kind() == SubtaskKind.STOP_ALL) {
                w.report(command, ReportType.STARTED, null);
                w.report(command, ReportType.FAILED, "pid 1 is still there");
              } else {
                ScriptedWorker.obey(w, command);
              }
            });
    SubmittedTask task = submit(TaskKind.BATCH_RESTART, hosts);

    assertThat(end(task)).isEqualTo(TaskStatus.FAILED);
    assertThat(finished(task)).isEqualTo(2);
    assertThat(worker.received().stream().filter(SubtaskCommand::compensation))
        .singleElement()
        .satisfies(
            command -> {
              assertThat(command.kind()).isEqualTo(SubtaskKind.START_ALL);
              assertThat(command.host().id()).isEqualTo(hosts.get(1));
            });
    assertThat(count("select count(*) from host_lock")).isZero();
  }

  @Test
  void aBatchInWhichEveryLaneFailsEndsWithoutGoingOn() {
    ScriptedWorker worker =
        worker(
            (w, command) -> {
              w.report(command, ReportType.STARTED, null);
              w.report(command, ReportType.FAILED, "no route to host");
            });
    SubmittedTask task = submit(TaskKind.BATCH_RESTART, hosts(2));

    assertThat(end(task)).isEqualTo(TaskStatus.FAILED);
    assertThat(worker.received()).hasSize(2);
    assertThat(count("select count(*) from subtask where status = 'PENDING'")).isEqualTo(12);
  }

  @Test
  void dropsReportsThatAreRepeatedOrOfAnotherFence() {
    worker(
        (w, command) -> {
          w.report(command, command.fence() - 1, ReportType.FAILED, "stale");
          ScriptedWorker.obey(w, command);
          ScriptedWorker.obey(w, command);
          w.report(command, ReportType.FAILED, "late");
        });
    SubmittedTask task = submit(TaskKind.BATCH_RESTART, hosts(2));

    assertThat(end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(gaps(task)).isZero();
  }

  @Test
  void gaplessEventsTellEveryTransition() {
    worker(ScriptedWorker::obey);
    SubmittedTask task = submit(TaskKind.BATCH_RESTART, hosts(2));
    end(task);

    // 10 lane subtasks: READY, RUNNING, SUCCESSFUL; 4 wait nodes: SUCCESSFUL.
    assertThat(count("select count(*) from event where of_subtask and task_id = " + task.id()))
        .isEqualTo(34);
    assertThat(count("select count(*) from event where not of_subtask and task_id = " + task.id()))
        .isEqualTo(2);
    assertThat(gaps(task)).isZero();
  }

  @Test
  void anotherWorkerTakesOverFromALostOne() {
    ScriptedWorker first = worker((w, command) -> w.report(command, ReportType.STARTED, null));
    SubmittedTask task = submit(TaskKind.BATCH_RESTART, hosts(2));
    await().atMost(LONG).until(() -> first.received().size() == 2);
    await().atMost(LONG).until(() -> running() == 2);
    ScriptedWorker second = worker(ScriptedWorker::obey, first);
    first.fallSilent();

    assertThat(end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(second.received().get(0).attempt()).isEqualTo(2);
    assertThat(second.received().get(0).fence()).isGreaterThan(first.received().get(0).fence());
  }

  @Test
  void aCommandThatWasHandedBackIsDispatchedUnderANewFence() {
    ScriptedWorker worker =
        worker(
            (w, command) -> {
              if (w.received().size() == 1) {
                w.report(command, ReportType.RELEASED, null);
              } else {
                ScriptedWorker.obey(w, command);
              }
            });
    SubmittedTask task = submit(TaskKind.STOP, hosts(1));

    assertThat(end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(worker.received().get(1).attempt()).isEqualTo(1);
    assertThat(worker.received().get(1).fence()).isGreaterThan(worker.received().get(0).fence());
  }

  @Test
  void whatTookTooLongFailsAndItsWorkerIsToldToStop() {
    ScriptedWorker worker = worker((w, command) -> w.report(command, ReportType.STARTED, null));
    SubmittedTask task = submit(TaskKind.RESTART, hosts(1));
    await().atMost(LONG).until(() -> running() == 1);
    query("update subtask set deadline = now() where status = 'RUNNING'");

    assertThat(end(task)).isEqualTo(TaskStatus.FAILED);
    await().atMost(LONG).until(() -> !worker.canceled().isEmpty());
  }

  @Test
  void workThatFindsNoFreeSlotWaitsForOne() {
    ScriptedWorker worker = worker(ScriptedWorker::obey);
    worker.offer(2);
    SubmittedTask task = submit(TaskKind.BATCH_STOP, hosts(30));

    assertThat(end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
  }

  @Test
  void aHostBelongsToOneRunningTask() {
    worker((w, command) -> {});
    List<Long> hosts = hosts(2);
    SubmittedTask first = submit(TaskKind.BATCH_RESTART, hosts);

    Assertions.assertThatThrownBy(() -> submit(TaskKind.RESTART, hosts.subList(1, 2)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CONFLICT);
              assertThat(refusal.target()).isEqualTo(String.valueOf(first.id()));
            });
    assertThat(count("select count(*) from task")).isOne();
  }

  @Test
  void unknownHostsAreAllNamedAndNothingIsStored() {
    Assertions.assertThatThrownBy(() -> submit(TaskKind.BATCH_RESTART, List.of(-5L, -6L)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("-5")
        .hasMessageContaining("-6");
    assertThat(count("select count(*) from task")).isZero();
  }

  private ScriptedWorker worker(BiConsumer<ScriptedWorker, SubtaskCommand> script) {
    return worker(script, null);
  }

  /** Known to the control plane when this returns; {@code other} is not given anything more. */
  private ScriptedWorker worker(
      BiConsumer<ScriptedWorker, SubtaskCommand> script, ScriptedWorker other) {
    ScriptedWorker worker = new ScriptedWorker("worker", "default", script);
    workers.add(worker);
    if (other != null) {
      other.offer(0);
    }
    await().atMost(LONG).until(worker::isAcknowledged);
    return worker;
  }

  private SubmittedTask submit(TaskKind kind, List<Long> hosts) {
    try {
      return submitTask
          .submit(new TaskRequest(kind, hosts, null, 100, "admin", "127.0.0.1", null))
          .await()
          .atMost(LONG);
    } catch (CompletionException e) {
      throw e.getCause() instanceof Refusal refusal ? refusal : e;
    }
  }

  private TaskStatus end(SubmittedTask task) {
    return awaitTask.await(task.id(), LONG).await().indefinitely().orElseThrow().status();
  }

  private List<Long> hosts(int count) {
    return IntStream.range(0, count).mapToObj(i -> host()).toList();
  }

  private long host() {
    return pool.preparedQuery(
            """
            with h as (insert into host (name, inner_ip_address, profile, agent_home, credential)
              values ($1, $1, 'noop', '/', 'none') returning id)
            insert into agent (host_id) select id from h returning host_id
            """)
        .execute(Tuple.of(UUID.randomUUID().toString()))
        .toCompletionStage()
        .toCompletableFuture()
        .join()
        .iterator()
        .next()
        .getLong(0);
  }

  private long running() {
    return count("select count(*) from subtask where status = 'RUNNING'");
  }

  private long finished(SubmittedTask task) {
    return count(
        "select count(*) from subtask where kind = 'FINISH' and status = 'SUCCESSFUL' and task_id = "
            + task.id());
  }

  /** How many numbers are missing in the sequences of the task's events. */
  private long gaps(SubmittedTask task) {
    return count(
        """
        select coalesce(sum(gap), 0)::bigint from (
          select max(sequence) - count(distinct sequence) + count(*) - count(distinct sequence)
            as gap
          from event where task_id = %d group by of_subtask) as topic
        """
            .formatted(task.id()));
  }

  private long count(String sql) {
    return pool.query(sql)
        .execute()
        .toCompletionStage()
        .toCompletableFuture()
        .join()
        .iterator()
        .next()
        .getLong(0);
  }

  private void query(String sql) {
    pool.query(sql).execute().toCompletionStage().toCompletableFuture().join();
  }
}

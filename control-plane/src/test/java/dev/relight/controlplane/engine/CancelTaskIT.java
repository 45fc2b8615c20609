package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.task.Refusal;
import dev.relight.model.Dispatch;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.model.TaskStatus;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
class CancelTaskIT {
  @Inject Rehearsal rehearsal;
  @Inject CancelTask cancelTask;
  @Inject HoldTask holdTask;
  @Inject ReopenFailed reopenFailed;

  @AfterEach
  void clear() throws InterruptedException {
    rehearsal.clear();
  }

  @ParameterizedTest
  @EnumSource(names = {"BATCH_RESTART", "BATCH_STOP"})
  void agentsThatMayHaveBeenStoppedAreStartedAgain(TaskKind kind) {
    List<Long> hosts = rehearsal.hosts(3);
    ScriptedWorker worker = stopping(hosts);
    SubmittedTask task = rehearsal.submit(kind, hosts);
    await().atMost(Rehearsal.LONG).until(() -> rehearsal.count("status = 'RUNNING'", task) == 1);
    await()
        .atMost(Rehearsal.LONG)
        .until(() -> rehearsal.count("kind = 'STOP_ALL' and status = 'SUCCESSFUL'", task) == 1);

    cancel(task);
    assertThat(rehearsal.status(task)).isEqualTo("RUNNING/CANCEL");
    await().atMost(Rehearsal.LONG).until(() -> !worker.canceled().isEmpty());
    worker.report(of(worker, worker.canceled().get(0)), ReportType.FAILED, "canceled");

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.CANCELED);
    assertThat(worker.received())
        .filteredOn(SubtaskCommand::compensation)
        .extracting(c -> c.host().id())
        .containsExactlyInAnyOrderElementsOf(hosts);
    assertThat(worker.received())
        .filteredOn(c -> !c.compensation())
        .extracting(SubtaskCommand::kind)
        .doesNotContain(SubtaskKind.START_ALL, SubtaskKind.FINISH);
    assertThat(rehearsal.count("status not in ('PENDING', 'FAILED', 'SUCCESSFUL')", task)).isZero();
    assertThat(rehearsal.count("select count(*) from host_lock where held")).isZero();
    assertThat(rehearsal.gaps(task)).isZero();
  }

  /** Stops the first host, is at the second one, and has not come to the third. */
  private ScriptedWorker stopping(List<Long> hosts) {
    return rehearsal.worker(
        (w, command) -> {
          long host = command.host().id();
          if (command.kind() != SubtaskKind.STOP_ALL || host == hosts.get(0)) {
            ScriptedWorker.obey(w, command);
          } else if (host == hosts.get(1)) {
            w.report(command, ReportType.STARTED, null);
          }
        });
  }

  @Test
  void whatNoWorkerHasHadIsNotTouched() {
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, unreachable(2));

    cancel(task);

    assertThat(rehearsal.status(task)).isEqualTo("CANCELED/CANCEL");
    assertThat(rehearsal.count("status = 'FAILED' and operation = 'CANCEL'", task)).isEqualTo(2);
    assertThat(rehearsal.count("status = 'PENDING'", task)).isEqualTo(12);
    assertThat(rehearsal.count("select count(*) from host_lock where held")).isZero();
  }

  @Test
  void aLaneThatWaitsAtABarrierGivesItsHostBack() {
    List<Long> hosts = rehearsal.hosts(2);
    ScriptedWorker worker =
        rehearsal.worker(
            (w, command) -> {
              if (command.host().id() == hosts.get(0)) {
                ScriptedWorker.obey(w, command);
              } else {
                w.report(command, ReportType.STARTED, null);
              }
            });
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, hosts);
    await().atMost(Rehearsal.LONG).until(() -> rehearsal.count("status = 'SUCCESSFUL'", task) == 1);
    await().atMost(Rehearsal.LONG).until(() -> rehearsal.count("status = 'RUNNING'", task) == 1);

    cancel(task);
    await().atMost(Rehearsal.LONG).until(() -> !worker.canceled().isEmpty());
    worker.report(of(worker, worker.canceled().get(0)), ReportType.SUCCEEDED, null);

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.CANCELED);
    assertThat(worker.received()).hasSize(2);
    assertThat(rehearsal.count("status = 'FAILED' and message like 'canceled; it was done%'", task))
        .isEqualTo(1);
    assertThat(rehearsal.count("select count(*) from host_lock where held")).isZero();
  }

  @Test
  void aPausedTaskIsCanceledWithItsRepairsStillDone() {
    ScriptedWorker worker =
        rehearsal.worker(
            (w, command) -> {
              if (command.kind() == SubtaskKind.STOP_ALL) {
                w.report(command, ReportType.STARTED, null);
              } else {
                ScriptedWorker.obey(w, command);
              }
            });
    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, rehearsal.hosts(1));
    String stopping = "kind = 'STOP_ALL' and status = 'RUNNING'";
    await().atMost(Rehearsal.LONG).until(() -> rehearsal.count(stopping, task) == 1);
    holdTask.pause(task.id()).await().atMost(Rehearsal.LONG);
    SubtaskCommand stop = worker.received().get(2);
    worker.report(stop, ReportType.FAILED, "it hangs");
    await()
        .atMost(Rehearsal.LONG)
        .until(() -> rehearsal.count("status = 'COMPENSATION_READY'", task) == 1);

    cancel(task);

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.CANCELED);
    assertThat(worker.received()).last().matches(SubtaskCommand::compensation);
  }

  @Test
  void aLostWorkerDoesNotKeepATaskFromItsEnd() {
    ScriptedWorker first =
        rehearsal.worker((w, command) -> w.report(command, ReportType.STARTED, null));
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(2));
    await().atMost(Rehearsal.LONG).until(() -> rehearsal.count("status = 'RUNNING'", task) == 2);
    first.fallSilent();

    cancel(task);

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.CANCELED);
    assertThat(rehearsal.gaps(task)).isZero();
  }

  @Test
  void whatWasCanceledIsNeitherRetriedNorCanceledAgain() {
    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, unreachable(1));
    cancel(task);

    refused(() -> cancel(task));
    refused(() -> holdTask.pause(task.id()).await().indefinitely());
    refused(() -> reopenFailed.task(task.id()).await().indefinitely());
    refused(() -> reopenFailed.subtask(task.id(), task.subtaskId(0)).await().indefinitely());
    refused(() -> reopenFailed.skip(task.id(), task.subtaskId(0)).await().indefinitely());
  }

  /** Hosts that no worker reaches. */
  private List<Long> unreachable(int count) {
    List<Long> hosts = rehearsal.hosts(count);
    hosts.forEach(id -> rehearsal.update("update host set pool = 'nobody' where id = " + id));
    return hosts;
  }

  private static void refused(Runnable operation) {
    assertThatThrownBy(operation::run)
        .isInstanceOfSatisfying(
            Refusal.class,
            r -> {
              assertThat(r.reason()).isEqualTo(Refusal.Reason.STATE);
              assertThat(r).hasMessageContaining(" in the CANCELED state");
            });
  }

  private void cancel(SubmittedTask task) {
    cancelTask.cancel(task.id()).await().atMost(Rehearsal.LONG);
  }

  private static SubtaskCommand of(ScriptedWorker worker, Dispatch dispatch) {
    return worker.received().stream()
        .filter(c -> c.subtaskId() == dispatch.subtaskId() && c.fence() == dispatch.fence())
        .findFirst()
        .orElseThrow();
  }
}

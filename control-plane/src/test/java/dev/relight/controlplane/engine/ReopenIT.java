package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.task.Refusal;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.model.TaskStatus;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ReopenIT {
  @Inject Rehearsal rehearsal;
  @Inject ReopenFailed reopenFailed;
  @Inject CancelSubtask cancelSubtask;

  private final Set<Long> broken = ConcurrentHashMap.newKeySet();

  @AfterEach
  void clear() throws InterruptedException {
    rehearsal.clear();
  }

  @Test
  void aRetriedLaneGoesOnBehindBarriersThatOpenedWithoutIt() {
    List<Long> hosts = rehearsal.hosts(3);
    broken.add(hosts.get(1));
    ScriptedWorker worker = failing(SubtaskKind.STOP_ALL);
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, hosts);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);

    broken.clear();
    reopenFailed.task(task.id()).await().atMost(Rehearsal.LONG);

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(rehearsal.count("status = 'SUCCESSFUL'", task)).isEqualTo(19);
    assertThat(rehearsal.count("operation = 'RETRY' and attempt = 2 and kind = 'STOP_ALL'", task))
        .isOne();
    assertThat(received(worker, hosts.get(0))).hasSize(5);
    assertThat(received(worker, hosts.get(1)))
        .containsExactly(
            SubtaskKind.PREPARE_RESTART,
            SubtaskKind.RESTART_PROXY,
            SubtaskKind.STOP_ALL,
            SubtaskKind.START_ALL,
            SubtaskKind.STOP_ALL,
            SubtaskKind.START_ALL,
            SubtaskKind.FINISH);
    assertThat(rehearsal.count("select count(*) from host_lock where held")).isZero();
    assertThat(rehearsal.count("select live + failed from task where id = " + task.id())).isZero();
    assertThat(rehearsal.gaps(task)).isZero();
  }

  @Test
  void aBarrierThatNobodyCameToOpensForTheLaneThatIsRetried() {
    List<Long> hosts = rehearsal.hosts(2);
    broken.addAll(hosts);
    failing(SubtaskKind.PREPARE_RESTART);
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, hosts);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);

    broken.clear();
    reopenFailed.subtask(task.id(), task.subtaskId(0)).await().atMost(Rehearsal.LONG);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
    assertThat(rehearsal.count("kind = 'FINISH' and status = 'SUCCESSFUL'", task)).isOne();

    reopenFailed.task(task.id()).await().atMost(Rehearsal.LONG);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(rehearsal.count("status = 'SUCCESSFUL'", task)).isEqualTo(14);
  }

  @Test
  void aBarrierWaitsForALaneThatIsRetriedBeforeItOpened() {
    List<Long> hosts = rehearsal.hosts(2);
    broken.add(hosts.get(0));
    Set<SubtaskCommand> held = ConcurrentHashMap.newKeySet();
    ScriptedWorker worker =
        rehearsal.worker(
            (w, command) -> {
              if (broken.contains(command.host().id())) {
                fail(w, command);
              } else {
                held.add(command);
              }
            });
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_STOP, hosts);
    await().atMost(Rehearsal.LONG).until(() -> rehearsal.count("status = 'FAILED'", task) == 1);
    broken.clear();
    reopenFailed.subtask(task.id(), task.subtaskId(0)).await().atMost(Rehearsal.LONG);
    await().atMost(Rehearsal.LONG).until(() -> held.size() == 2);

    SubtaskCommand second = of(held, hosts.get(1));
    held.remove(second);
    ScriptedWorker.obey(worker, second);
    await().atMost(Rehearsal.LONG).until(() -> rehearsal.count("status = 'SUCCESSFUL'", task) == 1);
    assertThat(worker.received()).noneMatch(c -> c.kind() == SubtaskKind.STOP_ALL);

    ScriptedWorker.obey(worker, of(held, hosts.get(0)));
    held.clear();
    await().atMost(Rehearsal.LONG).until(() -> held.size() == 2);
    assertThat(held).allMatch(c -> c.kind() == SubtaskKind.STOP_ALL);
  }

  @Test
  void aLaneWhoseHostWasRemovedStaysFailedAndHoldsUpNoOther() {
    List<Long> hosts = rehearsal.hosts(3);
    broken.addAll(hosts.subList(0, 2));
    failing(SubtaskKind.STOP_ALL);
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, hosts);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
    rehearsal.remove(hosts.get(0));
    broken.clear();

    reopenFailed.task(task.id()).await().atMost(Rehearsal.LONG);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
    assertThat(rehearsal.count("kind = 'FINISH' and status = 'SUCCESSFUL'", task)).isEqualTo(2);

    assertThatThrownBy(() -> reopenFailed.task(task.id()).await().atMost(Rehearsal.LONG))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("removed");
    assertThat(rehearsal.status(task)).startsWith("FAILED/");
    assertThat(rehearsal.count("select count(*) from host_lock where held")).isZero();
    assertThat(rehearsal.gaps(task)).isZero();
  }

  @Test
  void aSkippedSubtaskCountsAsSuccessful() {
    List<Long> hosts = rehearsal.hosts(2);
    broken.add(hosts.get(1));
    ScriptedWorker worker = failing(SubtaskKind.STOP_ALL);
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, hosts);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);

    long failed = rehearsal.count("select id from subtask where status = 'FAILED'");
    reopenFailed.skip(task.id(), failed).await().atMost(Rehearsal.LONG);

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(rehearsal.count("operation = 'SKIP' and status = 'SUCCESSFUL'", task)).isOne();
    assertThat(received(worker, hosts.get(1))).hasSize(6).endsWith(SubtaskKind.FINISH);
    assertThat(rehearsal.gaps(task)).isZero();
  }

  @Test
  void aSingleHostsStagesFollowTheOneThatIsRetried() {
    List<Long> hosts = rehearsal.hosts(1);
    broken.addAll(hosts);
    failing(SubtaskKind.RESTART_PROXY);
    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, hosts);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);

    broken.clear();
    reopenFailed.task(task.id()).await().atMost(Rehearsal.LONG);

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(rehearsal.count("status = 'SUCCESSFUL'", task)).isEqualTo(5);
  }

  @Test
  void aLaneStartsOverWhenAnotherTaskHasHadItsHostSince() {
    for (TaskKind kind : List.of(TaskKind.BATCH_RESTART, TaskKind.RESTART)) {
      List<Long> hosts = rehearsal.hosts(1);
      broken.addAll(hosts);
      ScriptedWorker worker = failing(SubtaskKind.STOP_ALL);
      SubmittedTask task = rehearsal.submit(kind, hosts);
      assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
      broken.clear();
      rehearsal.end(rehearsal.submit(TaskKind.REFRESH_AGENT, hosts));
      int before = received(worker, hosts.get(0)).size();

      reopenFailed.task(task.id()).await().atMost(Rehearsal.LONG);

      assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
      assertThat(received(worker, hosts.get(0)).subList(before, before + 5))
          .isEqualTo(kind.stages());
      assertThat(rehearsal.gaps(task)).isZero();
    }
  }

  @Test
  void nothingIsRetriedWhileAnotherTaskHasTheHost() {
    List<Long> hosts = rehearsal.hosts(1);
    broken.addAll(hosts);
    ScriptedWorker worker = failing(SubtaskKind.PREPARE_RESTART);
    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, hosts);
    rehearsal.end(task);
    worker.offer(0);
    SubmittedTask other = rehearsal.submit(TaskKind.REFRESH_AGENT, hosts);

    assertThatThrownBy(() -> reopenFailed.task(task.id()).await().atMost(Rehearsal.LONG))
        .isInstanceOfSatisfying(
            Refusal.class, r -> assertThat(r.target()).isEqualTo(String.valueOf(other.id())));
    assertThat(rehearsal.count("status = 'FAILED' and attempt = 1", task)).isOne();
  }

  @Test
  void aCanceledStopIsEndedByItsWorkerAndTheAgentStartedAgain() {
    List<Long> hosts = rehearsal.hosts(1);
    ScriptedWorker worker =
        rehearsal.worker(
            (w, command) -> {
              if (command.kind() == SubtaskKind.STOP_ALL) {
                w.report(command, ReportType.STARTED, null);
              } else {
                ScriptedWorker.obey(w, command);
              }
            });
    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, hosts);
    await().atMost(Rehearsal.LONG).until(() -> rehearsal.count("status = 'RUNNING'", task) == 1);

    cancelSubtask.cancel(task.id(), task.subtaskId(2)).await().atMost(Rehearsal.LONG);
    assertThat(rehearsal.count("status = 'CANCELING' and operation = 'CANCEL'", task)).isOne();
    await().atMost(Rehearsal.LONG).until(() -> !worker.canceled().isEmpty());
    SubtaskCommand stop =
        worker.received().stream().filter(c -> c.kind() == SubtaskKind.STOP_ALL).findFirst().get();
    worker.report(stop, ReportType.SUCCEEDED, null);

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
    assertThat(worker.received()).last().matches(SubtaskCommand::compensation);
    assertThat(rehearsal.count("status = 'FAILED' and operation = 'CANCEL'", task)).isOne();
  }

  @Test
  void whatIsNotFailedIsNeitherRetriedNorSkippedNorWhatEndedCanceled() {
    rehearsal.worker(ScriptedWorker::obey);
    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, rehearsal.hosts(1));
    rehearsal.end(task);
    long first = task.subtaskId(0);

    refused(Refusal.Reason.STATE, () -> reopenFailed.task(task.id()).await().indefinitely());
    refused(
        Refusal.Reason.STATE, () -> reopenFailed.subtask(task.id(), first).await().indefinitely());
    refused(Refusal.Reason.STATE, () -> reopenFailed.skip(task.id(), first).await().indefinitely());
    refused(
        Refusal.Reason.STATE, () -> cancelSubtask.cancel(task.id(), first).await().indefinitely());
    refused(Refusal.Reason.TASK_NOT_FOUND, () -> reopenFailed.task(-1).await().indefinitely());
    refused(
        Refusal.Reason.TASK_NOT_FOUND,
        () -> cancelSubtask.cancel(task.id(), -1).await().indefinitely());
  }

  private static void refused(Refusal.Reason reason, Runnable operation) {
    assertThatThrownBy(operation::run)
        .isInstanceOfSatisfying(Refusal.class, r -> assertThat(r.reason()).isEqualTo(reason));
  }

  /** A worker that fails at one kind of work on the hosts that are broken. */
  private ScriptedWorker failing(SubtaskKind kind) {
    Predicate<SubtaskCommand> fails =
        c -> c.kind() == kind && !c.compensation() && broken.contains(c.host().id());
    return rehearsal.worker(
        (w, command) -> {
          if (fails.test(command)) {
            fail(w, command);
          } else {
            ScriptedWorker.obey(w, command);
          }
        });
  }

  private static void fail(ScriptedWorker worker, SubtaskCommand command) {
    worker.report(command, ReportType.STARTED, null);
    worker.report(command, ReportType.FAILED, "no");
  }

  private static SubtaskCommand of(Set<SubtaskCommand> commands, long host) {
    return commands.stream().filter(c -> c.host().id() == host).findFirst().orElseThrow();
  }

  private static List<SubtaskKind> received(ScriptedWorker worker, long host) {
    return worker.received().stream()
        .filter(c -> c.host().id() == host)
        .map(SubtaskCommand::kind)
        .toList();
  }
}

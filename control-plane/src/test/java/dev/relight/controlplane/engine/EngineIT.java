package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.task.Refusal;
import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.model.TaskStatus;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EngineIT {
  @Inject Rehearsal rehearsal;

  @AfterEach
  void clear() throws InterruptedException {
    rehearsal.clear();
  }

  @Test
  void runsABatchThroughAllItsStages() {
    rehearsal.worker(ScriptedWorker::obey);
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(3));

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(rehearsal.count("select count(*) from subtask where status = 'SUCCESSFUL'"))
        .isEqualTo(19);
    assertThat(rehearsal.count("select count(*) from host_lock where held")).isZero();
  }

  @Test
  void startsNoLaneOfAStageBeforeAllOthersHaveLeftTheOneBefore() {
    ScriptedWorker worker = rehearsal.worker(ScriptedWorker::obey);
    rehearsal.end(rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(4)));

    assertThat(worker.received().stream().map(SubtaskCommand::kind).toList())
        .containsExactlyElementsOf(
            TaskKind.BATCH_RESTART.stages().stream()
                .flatMap(stage -> Collections.nCopies(4, stage).stream())
                .toList());
  }

  @Test
  void aHostThatFailsToStopIsStartedOnceMoreAndHoldsUpNobody() {
    List<Long> hosts = rehearsal.hosts(3);
    ScriptedWorker worker =
        rehearsal.worker(
            (w, command) -> {
              if (command.host().id() == hosts.get(1) && command.kind() == SubtaskKind.STOP_ALL) {
                w.report(command, ReportType.STARTED, null);
                w.report(command, ReportType.FAILED, "pid 1 is still there");
              } else {
                ScriptedWorker.obey(w, command);
              }
            });
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, hosts);

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
    assertThat(finished(task)).isEqualTo(2);
    assertThat(worker.received().stream().filter(SubtaskCommand::compensation))
        .singleElement()
        .satisfies(
            command -> {
              assertThat(command.kind()).isEqualTo(SubtaskKind.START_ALL);
              assertThat(command.host().id()).isEqualTo(hosts.get(1));
            });
    assertThat(rehearsal.count("select count(*) from host_lock where held")).isZero();
  }

  @Test
  void aBatchInWhichEveryLaneFailsEndsWithoutGoingOn() {
    ScriptedWorker worker =
        rehearsal.worker(
            (w, command) -> {
              w.report(command, ReportType.STARTED, null);
              w.report(command, ReportType.FAILED, "no route to host");
            });
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(2));

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
    assertThat(worker.received()).hasSize(2);
    assertThat(rehearsal.count("select count(*) from subtask where status = 'PENDING'"))
        .isEqualTo(12);
  }

  @Test
  void gaplessEventsTellEveryTransition() {
    rehearsal.worker(ScriptedWorker::obey);
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(2));
    rehearsal.end(task);

    // 10 lane subtasks: READY, RUNNING, SUCCESSFUL; 4 wait nodes: SUCCESSFUL.
    assertThat(
            rehearsal.count(
                "select count(*) from event where of_subtask and task_id = " + task.id()))
        .isEqualTo(34);
    assertThat(
            rehearsal.count(
                "select count(*) from event where not of_subtask and task_id = " + task.id()))
        .isEqualTo(2);
    assertThat(rehearsal.gaps(task)).isZero();
  }

  @Test
  void aHostBelongsToOneRunningTask() {
    rehearsal.worker((w, command) -> {});
    List<Long> hosts = rehearsal.hosts(2);
    SubmittedTask first = rehearsal.submit(TaskKind.BATCH_RESTART, hosts);

    assertThatThrownBy(() -> rehearsal.submit(TaskKind.RESTART, hosts.subList(1, 2)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CONFLICT);
              assertThat(refusal.target()).isEqualTo(String.valueOf(first.id()));
            });
    assertThat(rehearsal.count("select count(*) from task")).isOne();
  }

  @Test
  void unknownHostsAreAllNamedAndNothingIsStored() {
    assertThatThrownBy(() -> rehearsal.submit(TaskKind.BATCH_RESTART, List.of(-5L, -6L)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("-5")
        .hasMessageContaining("-6");
    assertThat(rehearsal.count("select count(*) from task")).isZero();
  }

  @Test
  void whatAHostPrintsCannotHoldUpTheReportsOfOthers() {
    rehearsal.worker(
        (worker, command) -> {
          worker.report(command, ReportType.STARTED, "a\0b");
          worker.succeed(command, twice("exporter\0"));
        });
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(2));

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
  }

  /** An agent that lists a process and its left-over twin. */
  private static AgentState twice(String alias) {
    ProcessState process = new ProcessState(alias, true, 7, null, "root", alias, "", true);
    return new AgentState(true, "1", "/log", List.of(process, process), Instant.now());
  }

  private long finished(SubmittedTask task) {
    return rehearsal.count(
        "select count(*) from subtask where kind = 'FINISH' and status = 'SUCCESSFUL' and task_id = "
            + task.id());
  }
}

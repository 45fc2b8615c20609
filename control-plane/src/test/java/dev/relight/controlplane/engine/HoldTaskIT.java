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
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HoldTaskIT {
  /** A control plane that lives and has read nothing. */
  private static final String SLOW_READER =
      """
      insert into control_plane (id, lease_until, partitions, of_partitions)
      values ('slow', now() + interval '1 hour', 0, 1000)
      """;

  @Inject Rehearsal rehearsal;
  @Inject HoldTask holdTask;
  @Inject ReopenFailed reopenFailed;

  private volatile BiConsumer<ScriptedWorker, SubtaskCommand> script = (worker, command) -> {};

  @AfterEach
  void clear() throws InterruptedException {
    rehearsal.clear();
    rehearsal.update("delete from control_plane where id = 'slow'");
  }

  @Test
  void whatWorkersHaveNotBegunIsHandedBackAndGivenOutAgain() {
    ScriptedWorker worker = rehearsal.worker((w, command) -> script.accept(w, command));
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(3));
    await().atMost(Rehearsal.LONG).until(() -> worker.received().size() == 3);

    pause(task);
    assertThat(rehearsal.count("status = 'READY' and worker is null", task)).isEqualTo(3);
    assertThat(rehearsal.status(task)).isEqualTo("PAUSED/EXECUTE");
    assertThat(rehearsal.count("attempt > 1", task)).isZero();

    script = ScriptedWorker::obey;
    resume(task);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(rehearsal.gaps(task)).isZero();
  }

  @Test
  void whatRunsComesToItsEndAndNothingFollows() {
    ScriptedWorker worker =
        rehearsal.worker((w, command) -> w.report(command, ReportType.STARTED, null));
    for (TaskKind kind : List.of(TaskKind.BATCH_STOP, TaskKind.STOP)) {
      SubmittedTask task = rehearsal.submit(kind, rehearsal.hosts(1));
      await().atMost(Rehearsal.LONG).until(() -> rehearsal.count("status = 'RUNNING'", task) == 1);

      pause(task);
      SubtaskCommand prepare = last(worker);
      worker.report(prepare, ReportType.SUCCEEDED, null);
      await()
          .atMost(Rehearsal.LONG)
          .until(() -> rehearsal.count("status = 'SUCCESSFUL'", task) == 1);
      assertThat(rehearsal.count("status = 'PENDING'", task))
          .isEqualTo(task.plan().subtasks().size() - 1);
      assertThat(rehearsal.status(task)).isEqualTo("PAUSED/EXECUTE");
      assertThat(last(worker)).isEqualTo(prepare);

      resume(task);
      await().atMost(Rehearsal.LONG).until(() -> last(worker).kind() == SubtaskKind.STOP_ALL);
      worker.report(last(worker), ReportType.SUCCEEDED, null);
      await().atMost(Rehearsal.LONG).until(() -> last(worker).kind() == SubtaskKind.FINISH);
      worker.report(last(worker), ReportType.SUCCEEDED, null);
      assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
      assertThat(rehearsal.gaps(task)).isZero();
    }
  }

  @Test
  void aWorkerThatDoesNotAnswerCannotBeginWhatItHas() {
    ScriptedWorker worker = rehearsal.worker((w, command) -> {});
    worker.beDeaf();
    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, rehearsal.hosts(1));
    await().atMost(Rehearsal.LONG).until(() -> !worker.received().isEmpty());

    pause(task);
    await()
        .atMost(Rehearsal.LONG)
        .until(() -> rehearsal.count("status = 'READY' and worker is null", task) == 1);
    worker.report(last(worker), ReportType.STARTED, null);

    await().atMost(Rehearsal.LONG).until(() -> !worker.canceled().isEmpty());
    assertThat(rehearsal.count("status = 'READY' and worker is null", task)).isOne();
  }

  @Test
  void whatMayHaveBegunUnreadIsNotTakenBack() {
    ScriptedWorker worker = rehearsal.worker((w, command) -> {});
    worker.beDeaf();
    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, rehearsal.hosts(1));
    await().atMost(Rehearsal.LONG).until(() -> !worker.received().isEmpty());
    rehearsal.update(SLOW_READER);

    pause(task);
    worker.report(last(worker), ReportType.STARTED, null);

    await().atMost(Rehearsal.LONG).until(() -> rehearsal.count("status = 'RUNNING'", task) == 1);
    assertThat(worker.canceled()).isEmpty();
  }

  @Test
  void whatADeadControlPlaneDidNotTakeBackIsTakenBackLater() {
    ScriptedWorker worker = rehearsal.worker((w, command) -> {});
    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, rehearsal.hosts(1));
    await().atMost(Rehearsal.LONG).until(() -> !worker.received().isEmpty());

    rehearsal.update("update task set status = 'PAUSED' where id = " + task.id());

    await().atMost(Rehearsal.LONG).until(() -> rehearsal.count("worker is null", task) == 5);
    assertThat(worker.received()).hasSize(1);
  }

  @Test
  void aFailedLaneIsRepairedOnlyWhenTheTaskGoesOn() {
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
    pause(task);
    worker.report(last(worker), ReportType.FAILED, "it hangs");
    await()
        .atMost(Rehearsal.LONG)
        .until(() -> rehearsal.count("status = 'COMPENSATION_READY'", task) == 1);
    assertThat(worker.received()).noneMatch(SubtaskCommand::compensation);

    resume(task);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
    assertThat(worker.received()).filteredOn(SubtaskCommand::compensation).hasSize(1);
  }

  @Test
  void whatItsStateDoesNotAllowIsRefused() {
    rehearsal.worker((w, command) -> {});
    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, rehearsal.hosts(1));
    refused("RUNNING", () -> resume(task));
    pause(task);
    refused("PAUSED", () -> pause(task));
    refused("PAUSED", () -> reopenFailed.task(task.id()).await().indefinitely());
  }

  private static void refused(String state, Runnable operation) {
    assertThatThrownBy(operation::run)
        .isInstanceOfSatisfying(
            Refusal.class,
            r -> {
              assertThat(r.reason()).isEqualTo(Refusal.Reason.STATE);
              assertThat(r).hasMessageContaining(" in the " + state + " state");
            });
  }

  private void pause(SubmittedTask task) {
    holdTask.pause(task.id()).await().atMost(Rehearsal.LONG);
  }

  private void resume(SubmittedTask task) {
    holdTask.resume(task.id()).await().atMost(Rehearsal.LONG);
  }

  private static SubtaskCommand last(ScriptedWorker worker) {
    return worker.received().get(worker.received().size() - 1);
  }
}

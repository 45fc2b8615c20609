package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.model.TaskStatus;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TakeoverIT {
  /** A control plane that lives and has read nothing. */
  private static final String SLOW_READER =
      """
      insert into control_plane (id, lease_until, partitions, of_partitions)
      values ('slow', now() + interval '1 hour', 0, 1000)
      """;

  private static final String GONE = "delete from control_plane where id = 'slow'";

  @Inject Rehearsal rehearsal;
  @Inject SweepAstray sweepAstray;
  @Inject CaughtUp caughtUp;

  @AfterEach
  void clear() throws InterruptedException {
    rehearsal.clear();
    rehearsal.update(GONE);
  }

  @Test
  void dropsReportsThatAreRepeatedOrOfAnotherFence() {
    rehearsal.worker(
        (w, command) -> {
          w.report(command, command.fence() - 1, ReportType.FAILED, "stale");
          ScriptedWorker.obey(w, command);
          ScriptedWorker.obey(w, command);
          w.report(command, ReportType.FAILED, "late");
        });
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(2));

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(rehearsal.gaps(task)).isZero();
  }

  @Test
  void anotherWorkerTakesOverFromALostOne() {
    ScriptedWorker first =
        rehearsal.worker((w, command) -> w.report(command, ReportType.STARTED, null));
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(2));
    await().atMost(Rehearsal.LONG).until(() -> first.received().size() == 2);
    await().atMost(Rehearsal.LONG).until(() -> running() == 2);
    ScriptedWorker second = rehearsal.worker(ScriptedWorker::obey, first);
    first.fallSilent();

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(second.received().get(0).attempt()).isEqualTo(2);
    assertThat(second.received().get(0).fence()).isGreaterThan(first.received().get(0).fence());
  }

  @Test
  void whereNothingIsSaidAllHasBeenRead() {
    await().atMost(Rehearsal.LONG).until(() -> caughtUp.forAtLeast(Duration.ofSeconds(6)));
    await()
        .atMost(Rehearsal.LONG)
        .untilAsserted(
            () -> {
              CaughtUp.Share share = caughtUp.share();
              assertThat(share.partitions()).isPositive().isEqualTo(share.of());
            });
  }

  @Test
  void aCommandThatWasHandedBackIsDispatchedUnderANewFence() {
    ScriptedWorker worker =
        rehearsal.worker(
            (w, command) -> {
              if (w.received().size() == 1) {
                w.report(command, ReportType.RELEASED, null);
              } else {
                ScriptedWorker.obey(w, command);
              }
            });
    SubmittedTask task = rehearsal.submit(TaskKind.STOP, rehearsal.hosts(1));

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(worker.received().get(1).attempt()).isEqualTo(1);
    assertThat(worker.received().get(1).fence()).isGreaterThan(worker.received().get(0).fence());
  }

  @Test
  void nothingCountsAsUnansweredWhileItsAnswerMayLieUnread() {
    ScriptedWorker worker =
        rehearsal.worker(
            (w, command) -> {
              if (w.received().size() > 1) {
                w.report(command, ReportType.STARTED, null);
              }
            });
    rehearsal.update(SLOW_READER);
    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, rehearsal.hosts(1));
    await().atMost(Rehearsal.LONG).until(() -> worker.received().size() == 1);
    rehearsal.update("update subtask set dispatched_at = now() - interval '4 minutes'");
    sweepAstray.sendUnansweredAgain(() -> true).await().atMost(Rehearsal.LONG);
    assertThat(rehearsal.count("select max(fence) from subtask"))
        .isEqualTo(worker.received().get(0).fence());

    rehearsal.update(GONE);
    await().atMost(Rehearsal.LONG).until(() -> running() == 1);

    rehearsal.update(SLOW_READER);
    rehearsal.update("update subtask set deadline = now() - interval '4 minutes'");
    sweepAstray.failTimedOut(() -> true).await().atMost(Rehearsal.LONG);
    assertThat(running()).isEqualTo(1);

    rehearsal.update(GONE);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
  }

  @Test
  void whatAControlPlaneMayNotHavePublishedBeforeItsLeaseRanOutIsSentAgain() {
    ScriptedWorker worker =
        rehearsal.worker(
            (w, command) -> {
              if (w.received().size() > 1) {
                ScriptedWorker.obey(w, command);
              }
            });
    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, rehearsal.hosts(1));
    await().atMost(Rehearsal.LONG).until(() -> worker.received().size() == 1);
    rehearsal.update("update subtask set dispatched_at = now() - interval '4 seconds'");
    rehearsal.update("update control_plane set lease_until = now() - interval '1 second'");

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
  }

  @Test
  void nobodyHoldsUpForEverWhatTimesOut() {
    rehearsal.worker((w, command) -> w.report(command, ReportType.STARTED, null));
    rehearsal.update(SLOW_READER);
    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, rehearsal.hosts(1));
    await().atMost(Rehearsal.LONG).until(() -> running() == 1);
    rehearsal.update("update subtask set deadline = now() - interval '6 minutes'");

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
  }

  @Test
  void whatTookTooLongFailsAndItsWorkerIsToldToStop() {
    ScriptedWorker worker =
        rehearsal.worker((w, command) -> w.report(command, ReportType.STARTED, null));
    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, rehearsal.hosts(1));
    await().atMost(Rehearsal.LONG).until(() -> running() == 1);
    rehearsal.update("update subtask set deadline = now() where status = 'RUNNING'");

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
    await().atMost(Rehearsal.LONG).until(() -> !worker.canceled().isEmpty());
  }

  @Test
  void workThatFindsNoFreeSlotWaitsForOne() {
    ScriptedWorker worker = rehearsal.worker(ScriptedWorker::obey);
    worker.offer(2);
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_STOP, rehearsal.hosts(30));

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
  }

  @Test
  void aFailureThatIsRepeatedDoesNotCallOffTheRepair() {
    ScriptedWorker worker =
        rehearsal.worker(
            (w, command) -> {
              if (command.kind() == SubtaskKind.STOP_ALL) {
                w.report(command, ReportType.STARTED, null);
                w.report(command, ReportType.FAILED, "it hangs");
                w.report(command, ReportType.FAILED, "it hangs");
              } else {
                ScriptedWorker.obey(w, command);
              }
            });
    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, rehearsal.hosts(1));

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
    assertThat(worker.received()).filteredOn(SubtaskCommand::compensation).hasSize(1);
  }

  private long running() {
    return rehearsal.count("select count(*) from subtask where status = 'RUNNING'");
  }
}

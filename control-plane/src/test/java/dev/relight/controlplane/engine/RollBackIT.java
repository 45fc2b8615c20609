package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.task.Refusal;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskKind;
import dev.relight.model.TaskStatus;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
class RollBackIT {
  @Inject Rehearsal rehearsal;
  @Inject RollBack rollBack;
  @Inject ReopenFailed reopenFailed;

  /** Hosts on which nothing can be started. */
  private final Set<Long> broken = ConcurrentHashMap.newKeySet();

  private volatile boolean answering = true;

  @AfterEach
  void clear() throws InterruptedException {
    rehearsal.clear();
  }

  @ParameterizedTest
  @EnumSource(names = {"BATCH_RESTART", "RESTART"})
  void whatWasStoppedIsStartedAndAllIsPending(TaskKind kind) {
    List<Long> hosts = rehearsal.hosts(kind.isBatch() ? 3 : 1);
    broken.add(hosts.get(0));
    ScriptedWorker worker = worker(SubtaskKind.START_ALL);
    SubmittedTask task = failed(kind, hosts);
    broken.clear();
    int before = worker.received().size();

    rollBack(task);

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(rehearsal.status(task)).isEqualTo("SUCCESSFUL/ROLLBACK");
    assertThat(worker.received().subList(before, worker.received().size()))
        .allMatch(c -> c.compensation() && c.kind() == SubtaskKind.START_ALL)
        .extracting(c -> c.host().id())
        .containsExactlyInAnyOrderElementsOf(hosts);
    assertRolledBack(task);
  }

  private void assertRolledBack(SubmittedTask task) {
    assertThat(rehearsal.count("status <> 'PENDING'", task)).isZero();
    assertThat(rehearsal.count("operation = 'ROLLBACK' or operation = 'EXECUTE'", task))
        .isEqualTo(task.plan().subtasks().size());
    assertThat(rehearsal.count("passed_upstreams > 0", task)).isZero();
    assertThat(rehearsal.count("select count(*) from host_lock where held")).isZero();
    assertThat(rehearsal.count("select live + failed from task where id = " + task.id())).isZero();
    assertThat(rehearsal.gaps(task)).isZero();
  }

  @Test
  void aHostThatWasRemovedNeedsNothing() {
    List<Long> hosts = rehearsal.hosts(2);
    broken.addAll(hosts);
    ScriptedWorker worker = worker(SubtaskKind.START_ALL);
    SubmittedTask task = failed(TaskKind.BATCH_RESTART, hosts);
    rehearsal.remove(hosts.get(0));
    broken.clear();
    int before = worker.received().size();

    rollBack(task);

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(worker.received().subList(before, worker.received().size()))
        .extracting(c -> c.host().id())
        .containsExactly(hosts.get(1));
    assertRolledBack(task);
  }

  @Test
  void whereNothingWasStoppedNothingIsDone() {
    List<Long> hosts = rehearsal.hosts(2);
    broken.addAll(hosts);
    ScriptedWorker worker = worker(SubtaskKind.RESTART_PROXY);
    SubmittedTask task = failed(TaskKind.BATCH_RESTART, hosts);

    rollBack(task);

    assertThat(rehearsal.status(task)).isEqualTo("SUCCESSFUL/ROLLBACK");
    assertThat(worker.received()).hasSize(4);
    assertRolledBack(task);
  }

  @Test
  void aRollbackThatFailsCanBeTriedAgainAsAWholeOrInPartOrSkipped() {
    List<Long> hosts = rehearsal.hosts(2);
    broken.addAll(hosts);
    worker(SubtaskKind.START_ALL);
    SubmittedTask task = failed(TaskKind.BATCH_RESTART, hosts);

    rollBack(task);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
    assertThat(rehearsal.status(task)).isEqualTo("FAILED/ROLLBACK");
    assertThat(rehearsal.count("status = 'ROLLBACK_FAILED' and message = 'no'", task)).isEqualTo(2);
    assertThat(rehearsal.count("select count(*) from host_lock where held")).isZero();

    reopenFailed.task(task.id()).await().atMost(Rehearsal.LONG);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
    rollBack(task);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);

    long one = rehearsal.count("select min(id) from subtask where status = 'ROLLBACK_FAILED'");
    reopenFailed.skip(task.id(), one).await().atMost(Rehearsal.LONG);
    assertThat(rehearsal.count("status = 'PENDING' and operation = 'ROLLBACK_SKIP'", task)).isOne();
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);

    broken.clear();
    long other = rehearsal.count("select min(id) from subtask where status = 'ROLLBACK_FAILED'");
    reopenFailed.subtask(task.id(), other).await().atMost(Rehearsal.LONG);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(rehearsal.status(task)).isEqualTo("SUCCESSFUL/ROLLBACK");
    assertThat(rehearsal.count("attempt = 5 and status = 'PENDING'", task)).isOne();
    assertThat(rehearsal.gaps(task)).isZero();
  }

  @Test
  void aHostThatAnotherTaskHadSinceIsLeftAsThatOneWantedIt() {
    List<Long> hosts = rehearsal.hosts(2);
    broken.addAll(hosts);
    ScriptedWorker worker = worker(SubtaskKind.START_ALL);
    SubmittedTask task = failed(TaskKind.BATCH_RESTART, hosts);
    broken.clear();
    rehearsal.end(rehearsal.submit(TaskKind.STOP, hosts.subList(0, 1)));
    int before = worker.received().size();

    rollBack(task);

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(worker.received().subList(before, worker.received().size()))
        .singleElement()
        .matches(c -> c.host().id() == hosts.get(1));
    assertRolledBack(task);
  }

  @Test
  void nothingIsRolledBackWhileAnotherTaskHasAHost() {
    List<Long> hosts = rehearsal.hosts(2);
    broken.add(hosts.get(0));
    worker(SubtaskKind.START_ALL);
    SubmittedTask task = failed(TaskKind.BATCH_RESTART, hosts);
    answering = false;
    SubmittedTask other = rehearsal.submit(TaskKind.REFRESH_AGENT, hosts.subList(1, 2));

    assertThatThrownBy(() -> rollBack(task))
        .isInstanceOfSatisfying(
            Refusal.class,
            r -> {
              assertThat(r.reason()).isEqualTo(Refusal.Reason.CONFLICT);
              assertThat(r.target()).isEqualTo(String.valueOf(other.id()));
            });
    assertThat(rehearsal.status(task)).isEqualTo("FAILED/EXECUTE");
  }

  @Test
  void onlyWhatFailedAndHasAnInverseIsRolledBack() {
    List<Long> hosts = rehearsal.hosts(1);
    broken.addAll(hosts);
    worker(SubtaskKind.REFRESH);
    SubmittedTask refresh = failed(TaskKind.REFRESH_AGENT, hosts);
    refused(Refusal.Reason.ROLLBACK_PROHIBITED, refresh);

    SubmittedTask task = rehearsal.submit(TaskKind.RESTART, hosts);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    refused(Refusal.Reason.STATE, task);
  }

  private void refused(Refusal.Reason reason, SubmittedTask task) {
    assertThatThrownBy(() -> rollBack(task))
        .isInstanceOfSatisfying(Refusal.class, r -> assertThat(r.reason()).isEqualTo(reason));
  }

  private SubmittedTask failed(TaskKind kind, List<Long> hosts) {
    SubmittedTask task = rehearsal.submit(kind, hosts);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
    return task;
  }

  private void rollBack(SubmittedTask task) {
    rollBack.task(task.id()).await().atMost(Rehearsal.LONG);
  }

  /** A worker that fails at one kind of work on the hosts that are broken. */
  private ScriptedWorker worker(SubtaskKind fails) {
    return rehearsal.worker(
        (w, command) -> {
          if (!answering) {
            return;
          }
          if (command.kind() == fails && broken.contains(command.host().id())) {
            w.report(command, ReportType.STARTED, null);
            w.report(command, ReportType.FAILED, "no");
          } else {
            ScriptedWorker.obey(w, command);
          }
        });
  }
}

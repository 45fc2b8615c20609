package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.task.Refusal;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever users ask for and workers say, and whenever: tasks end, and the books are right. */
@QuarkusTest
class RandomOperationsIT {
  private static final Duration ENOUGH = Duration.ofSeconds(15);
  private static final List<TaskKind> KINDS =
      List.of(TaskKind.BATCH_RESTART, TaskKind.BATCH_STOP, TaskKind.RESTART, TaskKind.STOP);

  @Inject Rehearsal rehearsal;
  @Inject ErraticWorkers workers;
  @Inject Patrolman patrol;
  @Inject ReopenFailed reopenFailed;
  @Inject CancelSubtask cancelSubtask;
  @Inject HoldTask holdTask;
  @Inject CancelTask cancelTask;
  @Inject RollBack rollBack;

  private Random random;

  @AfterEach
  void clear() throws InterruptedException {
    workers.end();
    rehearsal.clear();
  }

  @Test
  void theBooksAreRightWhenNothingMovesAnyMore() {
    long seed = Long.getLong("relight.random.seed", System.nanoTime());
    long end = System.nanoTime() + ENOUGH.toNanos();
    int rounds = 0;
    for (; System.nanoTime() < end; rounds++, seed++) {
      random = new Random(seed);
      workers.begin(random);
      run(workers.beat());
      try {
        round();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("once more with -Drelight.random.seed=" + seed, e);
      }
    }
    System.out.printf("%d rounds, the last with seed %d%n", rounds, seed - 1);
    assertThat(rounds).isPositive();
  }

  private void round() {
    List<SubmittedTask> tasks = new ArrayList<>();
    List<Long> hosts = rehearsal.hosts(4);
    tasks.add(submit(hosts.subList(0, 2)));
    tasks.add(submit(hosts.subList(2, 4)));
    for (int step = 20 + random.nextInt(40); step > 0; step--) {
      switch (random.nextInt(12)) {
        case 0, 1 -> operate(tasks.get(random.nextInt(tasks.size())));
        case 2 -> run(workers.beat());
        case 3 -> patrol.somethingGoesAstray(random);
        case 4 -> visit(hosts.get(random.nextInt(hosts.size())));
        default -> run(workers.saySomething());
      }
    }
    tasks.forEach(this::bringToItsEnd);
    tasks.forEach(this::assertInOrder);
  }

  private SubmittedTask submit(List<Long> hosts) {
    TaskKind kind = KINDS.get(random.nextInt(KINDS.size()));
    return rehearsal.submit(kind, kind.isBatch() ? hosts : hosts.subList(0, 1));
  }

  /** Another task may have the host when it is asked for again. */
  private void visit(long host) {
    try {
      rehearsal.submit(TaskKind.REFRESH_AGENT, List.of(host));
    } catch (Refusal held) {
      // As it is most of the time.
    }
  }

  private void operate(SubmittedTask task) {
    long subtask = task.subtaskId(random.nextInt(task.plan().subtasks().size()));
    try {
      run(
          switch (random.nextInt(10)) {
            case 0, 1 -> reopenFailed.task(task.id());
            case 2 -> rollBack.task(task.id());
            case 3 -> holdTask.pause(task.id());
            case 4, 5 -> holdTask.resume(task.id());
            case 6 -> cancelTask.cancel(task.id());
            case 7 -> reopenFailed.subtask(task.id(), subtask);
            case 8 -> reopenFailed.skip(task.id(), subtask);
            default -> cancelSubtask.cancel(task.id(), subtask);
          });
    } catch (Refusal notNow) {
      // As a user would see it.
    }
  }

  private void bringToItsEnd(SubmittedTask task) {
    await()
        .atMost(Rehearsal.LONG)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              if (rehearsal.status(task).startsWith("PAUSED")) {
                run(holdTask.resume(task.id()));
              }
              patrol.allIsAstray();
              run(workers.beat());
              run(workers.doEverything());
              return !rehearsal.status(task).matches("(RUNNING|PAUSED).*");
            });
  }

  private void assertInOrder(SubmittedTask task) {
    String status = rehearsal.status(task);
    assertThat(
            rehearsal.count(
                "status not in ('PENDING', 'FAILED', 'ROLLBACK_FAILED', 'SUCCESSFUL')", task))
        .as("subtasks that move in a task that is %s", status)
        .isZero();
    assertThat(held(task)).as("hosts held by a task that is %s", status).isZero();
    assertThat(rehearsal.gaps(task)).as("gaps in the events").isZero();
    assertThat(wronglyTold(task)).as("subtasks that are not as they were told").isZero();
    assertThat(wrongBarriers(task)).as("barriers of %s that count wrongly", status).isZero();
    assertThat(wrongStages(task)).as("stages of %s that count wrongly", status).isZero();
    long failed = rehearsal.count("status in ('FAILED', 'ROLLBACK_FAILED')", task);
    assertThat(rehearsal.count("select live from task where id = " + task.id())).isZero();
    assertThat(rehearsal.count("select failed from task where id = " + task.id()))
        .isEqualTo(failed);
    switch (status) {
      case "SUCCESSFUL/ROLLBACK" ->
          assertThat(rehearsal.count("status <> 'PENDING'", task)).isZero();
      case "FAILED/ROLLBACK" ->
          assertThat(rehearsal.count("status in ('FAILED', 'SUCCESSFUL')", task)).isZero();
      case "SUCCESSFUL/EXECUTE", "SUCCESSFUL/RETRY" ->
          assertThat(rehearsal.count("status <> 'SUCCESSFUL'", task)).isZero();
      case "FAILED/EXECUTE", "FAILED/RETRY" -> assertThat(failed).isPositive();
      default -> assertThat(status).isEqualTo("CANCELED/CANCEL");
    }
  }

  private long held(SubmittedTask task) {
    return rehearsal.count("select count(*) from host_lock where held and task_id = " + task.id());
  }

  private long wronglyTold(SubmittedTask task) {
    return rehearsal.count(
        """
        select count(*) from (
          select distinct on (data::jsonb ->> 'subtaskId') data::jsonb as told from event
          where of_subtask and task_id = %d
          order by data::jsonb ->> 'subtaskId', sequence desc) as last
        join subtask s on s.id = (told ->> 'subtaskId')::bigint
        where replace(s.status, 'ROLLBACK_', '') <> told ->> 'status'
          or s.attempt <> (told ->> 'attempt')::int or s.operation <> told ->> 'operation'
        """
            .formatted(task.id()));
  }

  /** A barrier waits for the lanes that have not come to it and have not failed before it. */
  private long wrongBarriers(SubmittedTask task) {
    return rehearsal.count(
        """
        select count(*) from (
          select w.pending_upstreams, w.passed_upstreams,
            count(*) filter (where u.status not in ('FAILED', 'SUCCESSFUL') and not exists (
              select from subtask f where f.task_id = u.task_id and f.lane = u.lane
                and f.id < u.id and f.status = 'FAILED')) as pending,
            count(*) filter (where u.status = 'SUCCESSFUL') as passed
          from subtask w join subtask u on u.id between w.upstream_first and w.upstream_last
          where w.task_id = %d and w.kind = 'WAIT' and w.status = 'PENDING'
          group by w.id) as barrier
        where pending_upstreams <> pending or passed_upstreams <> passed
        """
            .formatted(task.id()));
  }

  private long wrongStages(SubmittedTask task) {
    return rehearsal.count(
        """
        select count(*) from subtask s join subtask u on u.id = s.upstream_first
        where s.task_id = %d and s.kind <> 'WAIT' and s.status = 'PENDING'
          and (s.pending_upstreams <= 0) <> (u.status in ('FAILED', 'SUCCESSFUL'))
        """
            .formatted(task.id()));
  }

  private static void run(Uni<Void> work) {
    work.await().atMost(Rehearsal.LONG);
  }
}

package dev.relight.controlplane.engine;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Random;

/** Lets things go astray, and the sweeps find them at once. */
@ApplicationScoped
class Patrolman {
  private static final String LOSE =
      "update worker set lease_until = now() - interval '1 second' where id like 'erratic-";

  private final Rehearsal rehearsal;
  private final SweepAstray sweepAstray;
  private final DispatchWaiting dispatchWaiting;

  Patrolman(Rehearsal rehearsal, SweepAstray sweepAstray, DispatchWaiting dispatchWaiting) {
    this.rehearsal = rehearsal;
    this.sweepAstray = sweepAstray;
    this.dispatchWaiting = dispatchWaiting;
  }

  void somethingGoesAstray(Random random) {
    switch (random.nextInt(4)) {
      case 0 -> {
        rehearsal.update(LOSE + random.nextInt(3) + "'");
        run(sweepAstray.takeOverFromLostWorkers(() -> true));
      }
      case 1 -> {
        inOrder(
            "deadline = now() - interval '1 minute'",
            "deadline is not null and id % 3 = " + random.nextInt(3));
        run(sweepAstray.failTimedOut(() -> true));
      }
      case 2 -> {
        forgetCommands();
        run(sweepAstray.sendUnansweredAgain(() -> true));
      }
      default -> run(dispatchWaiting.now());
    }
  }

  void allIsAstray() {
    rehearsal.update(LOSE + "%'");
    run(sweepAstray.takeOverFromLostWorkers(() -> true));
    forgetCommands();
    run(sweepAstray.sendUnansweredAgain(() -> true));
    run(dispatchWaiting.now());
  }

  private void forgetCommands() {
    inOrder("dispatched_at = now() - interval '1 hour'", "worker is not null");
  }

  /** As the engine is at work at the same time. */
  private void inOrder(String set, String where) {
    rehearsal.update(
        """
        with s as (select id from subtask where %s order by id for update)
        update subtask set %s from s where subtask.id = s.id
        """
            .formatted(where, set));
  }

  private static void run(Uni<Void> work) {
    work.await().atMost(Rehearsal.LONG);
  }
}

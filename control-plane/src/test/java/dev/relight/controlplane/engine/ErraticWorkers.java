package dev.relight.controlplane.engine;

import dev.relight.model.Dispatch;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskReport;
import dev.relight.model.WorkerHeartbeat;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.decorator.Decorator;
import jakarta.decorator.Delegate;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Workers that answer as chance has it: they do what they are told, fail, say things twice or late,
 * or nothing at all. They speak to the engine itself, without a broker between.
 */
@ApplicationScoped
class ErraticWorkers {
  private static final int WORKERS = 3;

  /** What a worker has in its hands, and whether it has begun. */
  private static final class Job {
    private final SubtaskCommand command;
    private boolean begun;

    Job(SubtaskCommand command) {
      this.command = command;
    }
  }

  private final ApplyReports applyReports;
  private final HearWorkers hearWorkers;
  private final Map<Dispatch, Job> jobs = new LinkedHashMap<>();
  private final List<SubtaskReport> said = new ArrayList<>();
  private Random random;
  private long sequence;

  ErraticWorkers(ApplyReports applyReports, HearWorkers hearWorkers) {
    this.applyReports = applyReports;
    this.hearWorkers = hearWorkers;
  }

  synchronized void begin(Random chance) {
    random = chance;
    jobs.clear();
    said.clear();
  }

  synchronized void end() {
    random = null;
  }

  synchronized void committed(@Observes Committed committed) {
    if (random == null) {
      return;
    }
    committed
        .commands()
        .forEach(
            addressed -> {
              SubtaskCommand command = addressed.command();
              jobs.put(new Dispatch(command.subtaskId(), command.fence()), new Job(command));
            });
    callOff(committed.canceled(), ReportType.FAILED);
  }

  private synchronized void withdrawn(List<Dispatch> dispatches) {
    if (random != null) {
      callOff(dispatches, ReportType.RELEASED);
    }
  }

  private void callOff(List<Dispatch> dispatches, ReportType answer) {
    List<SubtaskReport> answers = new ArrayList<>();
    for (Dispatch dispatch : dispatches) {
      Job job = jobs.get(dispatch);
      boolean concerned = job != null && (answer == ReportType.FAILED || !job.begun);
      if (concerned && random.nextInt(10) > 0) {
        jobs.remove(dispatch);
        answers.add(report(job.command, answer));
      }
    }
    if (!answers.isEmpty()) {
      applyReports.apply(answers).subscribe().with(done -> {}, failure -> {});
    }
  }

  /** Lets them hear what is said to all workers. */
  @Decorator
  @Priority(1)
  static class Overhear implements TellWorkers {
    private final TellWorkers broker;
    private final ErraticWorkers workers;

    @Inject
    Overhear(@Delegate TellWorkers broker, ErraticWorkers workers) {
      this.broker = broker;
      this.workers = workers;
    }

    @Override
    public Uni<Void> withdraw(List<Dispatch> dispatches) {
      return broker.withdraw(dispatches).invoke(() -> workers.withdrawn(dispatches));
    }
  }

  /** All of them are alive and have time. */
  Uni<Void> beat() {
    return hearWorkers
        .hear(IntStream.range(0, WORKERS).mapToObj(this::heartbeat).toList())
        .replaceWithVoid();
  }

  private WorkerHeartbeat heartbeat(int worker) {
    List<Integer> partitions = List.of(0, 1, 2, 3);
    return new WorkerHeartbeat(
        "erratic-" + worker,
        "default",
        ++sequence,
        50,
        50,
        partitions,
        List.of(),
        null,
        null,
        0,
        false);
  }

  /** Some of what there is to say, in one batch. */
  Uni<Void> saySomething() {
    List<SubtaskReport> reports = new ArrayList<>();
    synchronized (this) {
      for (int i = random.nextInt(4); i >= 0 && !jobs.isEmpty(); i--) {
        List<Dispatch> dispatches = List.copyOf(jobs.keySet());
        goOn(dispatches.get(random.nextInt(dispatches.size())), reports);
      }
      if (!said.isEmpty() && random.nextInt(5) == 0) {
        reports.add(said.get(random.nextInt(said.size())));
      }
      said.addAll(reports);
    }
    return applyReports.apply(reports);
  }

  private void goOn(Dispatch dispatch, List<SubtaskReport> reports) {
    Job job = jobs.get(dispatch);
    int chance = random.nextInt(20);
    ReportType next;
    if (chance == 0) {
      jobs.remove(dispatch);
      return;
    } else if (!job.begun) {
      next = chance == 1 ? ReportType.RELEASED : ReportType.STARTED;
      job.begun = true;
    } else {
      next = chance < 5 ? ReportType.FAILED : ReportType.SUCCEEDED;
    }
    if (next != ReportType.STARTED) {
      jobs.remove(dispatch);
    }
    reports.add(report(job.command, next));
    if (chance > 17) {
      reports.add(report(job.command, next));
    }
  }

  /** Does at once whatever is left to do. */
  Uni<Void> doEverything() {
    List<SubtaskReport> reports = new ArrayList<>();
    synchronized (this) {
      for (Job job : jobs.values()) {
        reports.add(report(job.command, ReportType.STARTED));
        reports.add(report(job.command, ReportType.SUCCEEDED));
      }
      jobs.clear();
    }
    return applyReports.apply(reports);
  }

  private static SubtaskReport report(SubtaskCommand command, ReportType type) {
    return new SubtaskReport(
        command.taskId(),
        command.subtaskId(),
        command.attempt(),
        command.fence(),
        "erratic-" + command.fence() % WORKERS,
        type,
        Instant.now(),
        type == ReportType.FAILED ? "by chance" : null,
        null,
        List.of());
  }
}

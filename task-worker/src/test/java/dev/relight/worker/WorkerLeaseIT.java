package dev.relight.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.WorkerHeartbeat;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What workers do when nobody hears them, or nobody is there. */
class WorkerLeaseIT {
  @Test
  void isGivenNothingUntilItsHeartbeatsAreAcknowledged() {
    SubtaskCommand command = Wire.noop(1, 10);
    SubtaskCommand later = Wire.noop(2, 11);
    try (Wire wire = new Wire().open()) {
      wire.acknowledgeHeartbeats(false);
      try (WorkerProcess worker = new WorkerProcess(wire.settings(Map.of()))) {
        await().until(() -> !wire.heartbeats.isEmpty());
        wire.send(command);
        // It has the command in its hands, and has had it for several heartbeats.
        await().until(() -> wire.heartbeats.stream().filter(WorkerLeaseIT::holdsOne).count() > 3);
        assertThat(wire.reportsOf(command)).isEmpty();
        assertThat(wire.heartbeats)
            .allMatch(beat -> beat.running().isEmpty() && beat.partitions().isEmpty());
        wire.acknowledgeHeartbeats(true);
        wire.awaitReader();
        wire.send(later);
        wire.awaitReports(command, ReportType.RELEASED);
        wire.awaitReports(later, ReportType.STARTED, ReportType.SUCCEEDED);
        assertThat(worker.isAlive()).isTrue();
      }
    }
  }

  @Test
  void handsBackWhatWasInItsPartitionsBeforeItCame() {
    List<SubtaskCommand> commands =
        LongStream.rangeClosed(1, 8).mapToObj(i -> Wire.noop(i, 100 + i)).toList();
    try (Wire wire = new Wire().open()) {
      wire.acknowledgeHeartbeats(false);
      try (WorkerProcess first = new WorkerProcess(wire.settings(Map.of()))) {
        await().until(() -> !wire.heartbeats.isEmpty());
        commands.forEach(wire::send);
        await().until(() -> inHand(wire).equals(List.of(8)));
        String before = wire.lastHeartbeat().worker();
        try (WorkerProcess second = new WorkerProcess(wire.settings(Map.of()))) {
          await().until(() -> wire.reports.size() == 4);
          assertThat(wire.reports)
              .allMatch(r -> r.type() == ReportType.RELEASED && !r.worker().equals(before));
          List<SubtaskCommand> kept =
              commands.stream().filter(c -> wire.reportsOf(c).isEmpty()).toList();

          wire.acknowledgeHeartbeats(true);
          kept.forEach(c -> wire.awaitReports(c, ReportType.RELEASED));
          assertThat(wire.reports).hasSize(8);
          assertThat(first.isAlive() && second.isAlive()).isTrue();
        }
      }
    }
  }

  @Test
  void waitsForTopicsThatAreMadeLater() {
    SubtaskCommand command = Wire.noop(1, 10);
    try (Wire wire = new Wire();
        WorkerProcess worker = new WorkerProcess(wire.settings(Map.of()))) {
      await().until(() -> worker.health("live") == 200);
      wire.open();
      wire.awaitReader();
      wire.send(command);
      wire.awaitReports(command, ReportType.STARTED, ReportType.SUCCEEDED);
      worker.awaitReady();
    }
  }

  @Test
  void livesWithoutKafkaButIsNotReady() {
    try (Wire wire = new Wire();
        WorkerProcess worker =
            new WorkerProcess(wire.settings(Map.of("kafka.bootstrap.servers", "127.0.0.1:1")))) {
      await().until(() -> worker.health("live") == 200);
      assertThat(worker.health("ready")).isEqualTo(503);
    }
  }

  /** How many commands each worker has in its hands, by its last heartbeat. */
  private static List<Integer> inHand(Wire wire) {
    return wire.lastHeartbeats().stream().map(beat -> beat.slots() - beat.free()).toList();
  }

  private static boolean holdsOne(WorkerHeartbeat heartbeat) {
    return heartbeat.free() == heartbeat.slots() - 1;
  }
}

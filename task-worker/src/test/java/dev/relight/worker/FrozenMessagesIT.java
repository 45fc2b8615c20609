package dev.relight.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.embedded.FrozenMessage;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.Topics;
import dev.relight.worker.transport.LoopbackHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker does what a control plane of the first release tells it; that its heartbeats are
 * acknowledged as by one all of its tests show.
 */
class FrozenMessagesIT {

  @TempDir static Path directory;
  private static LoopbackHost host;
  private static Wire wire;
  private static WorkerProcess worker;

  @BeforeAll
  static void start() throws Exception {
    host = new LoopbackHost(directory);
    wire = new Wire().open();
    worker = new WorkerProcess(wire.settings(host.settings())).awaitReady();
    wire.awaitReader();
  }

  @AfterAll
  static void stop() throws Exception {
    worker.close();
    wire.close();
    host.close();
  }

  @Test
  void itsCommandsAreCarriedOut() throws IOException {
    long subtask = 1;
    for (FrozenMessage message : FrozenMessage.of(Topics.SUBTASK_COMMANDS)) {
      SubtaskCommand command =
          send(message.with("/host/profile", "noop").with("/subtaskId", subtask++));
      wire.awaitReports(command, ReportType.STARTED, ReportType.SUCCEEDED);
      assertThat(wire.reportsOf(command))
          .as(message.name())
          .allMatch(report -> report.taskId() == 1001 && report.attempt() == command.attempt());
    }
    assertThat(wire.deadLetters).isEmpty();
  }

  @Test
  void itsCommandsReachTheirHosts() throws IOException {
    SubtaskCommand start =
        send(
            FrozenMessage.of(Topics.SUBTASK_COMMANDS, "a start where nothing could be read before")
                .with("/host", host.target())
                .with("/subtaskId", 11)
                .with("/fence", 101));
    wire.awaitReport(start, ReportType.SUCCEEDED);
    Files.writeString(host.home().resolve("slow"), "600");
    SubtaskCommand stop =
        send(
            FrozenMessage.of(Topics.SUBTASK_COMMANDS, "a stop")
                .with("/host", host.target())
                .with("/subtaskId", 12)
                .with("/fence", 102));
    wire.awaitReport(stop, ReportType.STARTED);

    wire.say(
        FrozenMessage.of(Topics.WORKER_CONTROL, "a cancel")
            .with("/cancel", List.of(dispatch(12, 102))));
    wire.awaitReport(stop, ReportType.FAILED);
    Files.delete(host.home().resolve("slow"));
  }

  @Test
  void whatItWithdrawsIsHandedBack() throws IOException {
    wire.say(
        FrozenMessage.of(Topics.WORKER_CONTROL, "a withdrawal")
            .with("/withdraw", List.of(dispatch(21, 201))));
    // Once this is heard the other was heard, too.
    look();
    SubtaskCommand command =
        send(
            FrozenMessage.of(Topics.SUBTASK_COMMANDS, "a stop")
                .with("/host/profile", "noop")
                .with("/subtaskId", 21)
                .with("/fence", 201));
    wire.awaitReports(command, ReportType.RELEASED);
  }

  private static void look() {
    int before = wire.sightings.size();
    FrozenMessage looks = FrozenMessage.of(Topics.WORKER_CONTROL, "looks");
    Object asked = looks.value().at("/looks/worker-7f3a");
    wire.say(looks.with("/looks", Map.of(wire.lastHeartbeat().worker(), asked)));
    await().until(() -> wire.sightings.size() > before);
    assertThat(wire.sightings.get(before).hostId()).isEqualTo(17);
  }

  private static SubtaskCommand send(FrozenMessage message) throws IOException {
    wire.send(0, message.bytes());
    return Wire.JSON.readValue(message.bytes(), SubtaskCommand.class);
  }

  private static Map<String, Long> dispatch(long subtaskId, long fence) {
    return Map.of("subtaskId", subtaskId, "fence", fence);
  }
}

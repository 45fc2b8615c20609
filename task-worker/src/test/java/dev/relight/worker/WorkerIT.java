package dev.relight.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.embedded.FreePort;
import dev.relight.model.Dispatch;
import dev.relight.model.HostLook;
import dev.relight.model.HostSighting;
import dev.relight.model.HostTarget;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.model.SubtaskReport;
import dev.relight.worker.transport.LoopbackHost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One worker as it is packaged, on a real Kafka, with a real host. */
class WorkerIT {
  @TempDir static Path directory;
  private static LoopbackHost host;
  private static final SubtaskCommand CANCELED_BEFORE = Wire.noop(8, 80);
  private static Wire wire;
  private static WorkerProcess worker;

  /** The host sees them rise, in whichever order the tests run. */
  private static long fence = 100;

  @BeforeAll
  static void start() throws Exception {
    host = new LoopbackHost(directory);
    wire = new Wire().open();
    wire.cancel(CANCELED_BEFORE);
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
  void reportsThatACommandWasStartedAndThatItIsDone() {
    SubtaskCommand command = Wire.noop(1, 10);
    wire.send(command);
    wire.awaitReports(command, ReportType.STARTED, ReportType.SUCCEEDED);
    SubtaskReport done = wire.reportsOf(command).get(1);
    assertThat(done.observed().running()).isTrue();
    assertThat(done.worker()).isEqualTo(wire.lastHeartbeat().worker());
  }

  @Test
  void dropsWhatIsDeliveredAgain() {
    SubtaskCommand command = Wire.noop(2, 20);
    SubtaskCommand older = Wire.noop(2, 19);
    SubtaskCommand newer = Wire.noop(2, 21);
    List.of(command, command, older, newer).forEach(wire::send);
    wire.awaitReports(newer, ReportType.STARTED, ReportType.SUCCEEDED);
    wire.awaitReports(command, ReportType.STARTED, ReportType.SUCCEEDED);
    assertThat(wire.reportsOf(older)).isEmpty();
  }

  @Test
  void putsAsideWhatItCannotReadAndGoesOn() {
    SubtaskCommand wait = Wire.command(4, 40, SubtaskKind.WAIT, host.target());
    wire.send(3, "{no json".getBytes(StandardCharsets.UTF_8));
    wire.send(3, null);
    wire.send(3, Wire.bytes(wait));
    SubtaskCommand command = Wire.noop(3, 30);
    wire.send(command);
    wire.awaitReports(command, ReportType.STARTED, ReportType.SUCCEEDED);
    await().until(() -> wire.deadLetters.size() == 3);
    ConsumerRecord<String, byte[]> first = wire.deadLetters.get(0);
    assertThat(first.value()).asString().isEqualTo("{no json");
    assertThat(first.headers().lastHeader("dead-letter-reason").value()).asString().isNotBlank();
    assertThat(wire.deadLetters.get(2).headers().lastHeader("dead-letter-reason").value())
        .asString()
        .contains("WAIT");
  }

  @Test
  void neverBeginsWhatWasCanceledBeforeItCame() {
    wire.send(CANCELED_BEFORE);
    wire.awaitReport(CANCELED_BEFORE, ReportType.FAILED);
    assertThat(wire.reportsOf(CANCELED_BEFORE)).hasSize(1);
  }

  @Test
  void failsWhatItDoesNotKnow() {
    SubtaskCommand command =
        Wire.command(5, 50, SubtaskKind.STOP_ALL, Wire.withProfile(host.target(), "teapot"));
    wire.send(command);
    wire.awaitReports(command, ReportType.STARTED, ReportType.FAILED);
    assertThat(wire.reportsOf(command).get(1).message()).contains("teapot");
  }

  @Test
  void operatesAHostAndTellsOfItOnTheWay() throws Exception {
    SubtaskCommand start = Wire.command(6, ++fence, SubtaskKind.START_ALL, host.target());
    wire.send(start);
    wire.awaitReport(start, ReportType.SUCCEEDED);
    SubtaskCommand stop = Wire.command(7, ++fence, SubtaskKind.STOP_ALL, host.target());
    Files.writeString(host.home().resolve("slow"), "600");
    wire.send(stop);
    await()
        .until(
            () ->
                wire.reportsOf(stop).stream()
                    .filter(report -> report.type() == ReportType.LOG)
                    .flatMap(report -> report.log().stream())
                    .anyMatch(line -> line.endsWith("INFO agentctl stop")));
    await().until(() -> wire.lastHeartbeat().running().contains(new Dispatch(7, stop.fence())));

    wire.cancel(stop);
    wire.awaitReport(stop, ReportType.FAILED);
    List<SubtaskReport> reports = wire.reportsOf(stop);
    assertThat(reports.get(reports.size() - 1).message()).isEqualTo("canceled");
    assertThat(host.home().resolve(".relight/runs/stop/code")).exists();
    Files.delete(host.home().resolve("slow"));
  }

  @Test
  void looksAtHostsBesideItsWork() throws Exception {
    SubtaskCommand start = Wire.command(20, ++fence, SubtaskKind.START_ALL, host.target());
    wire.send(start);
    wire.awaitReport(start, ReportType.SUCCEEDED);
    SubtaskCommand stop = Wire.command(21, ++fence, SubtaskKind.STOP_ALL, host.target());
    Files.writeString(host.home().resolve("slow"), "600");
    wire.send(stop);
    wire.awaitReport(stop, ReportType.STARTED);
    HostTarget there = host.target();
    HostTarget gone = new HostTarget(2, "127.0.0.1", FreePort.next(), "ocp-agent", "/agent", "key");
    // More than it does at a time.
    List<HostLook> looks = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      looks.add(new HostLook(i % 2 == 0 ? there : gone, Instant.ofEpochSecond(i)));
    }
    wire.look(looks.toArray(HostLook[]::new));

    await().until(() -> wire.sightings.size() >= 40);
    assertThat(wire.sightings).extracting(HostSighting::asked).doesNotHaveDuplicates();
    for (HostSighting sighting : wire.sightings) {
      if (sighting.hostId() == there.id()) {
        assertThat(sighting.message()).isNull();
        assertThat(sighting.observed().processes()).isNotEmpty();
      } else {
        assertThat(sighting.observed()).isNull();
        assertThat(sighting.message()).startsWith("Cannot connect to 127.0.0.1 port");
      }
    }
    await().until(() -> wire.lastHeartbeat().looks() == 32);
    assertThat(wire.lastHeartbeat().restartOnly())
        .containsExactly("obagent-http", "ocp-agent-http");
    wire.cancel(stop);
    wire.awaitReport(stop, ReportType.FAILED);
    Files.delete(host.home().resolve("slow"));
  }

  @Test
  void handsBackWhatItHasNotBegunAndGoesOnWithTheRest() throws Exception {
    SubtaskCommand withdrawn = Wire.noop(10, 100);
    SubtaskCommand running = Wire.command(11, ++fence, SubtaskKind.STOP_ALL, host.target());
    Files.writeString(host.home().resolve("slow"), "600");
    wire.send(running);
    wire.awaitReport(running, ReportType.STARTED);
    wire.withdraw(withdrawn);
    wire.withdraw(running);
    // Once this is heard the others were heard, too.
    wire.cancel(running);
    wire.awaitReport(running, ReportType.FAILED);
    SubtaskCommand older = Wire.noop(10, 99);
    SubtaskCommand newer = Wire.noop(10, 101);
    List.of(older, withdrawn, newer).forEach(wire::send);
    wire.awaitReports(older, ReportType.RELEASED);
    wire.awaitReports(withdrawn, ReportType.RELEASED);
    wire.awaitReports(newer, ReportType.STARTED, ReportType.SUCCEEDED);
    assertThat(wire.reportsOf(running)).noneMatch(r -> r.type() == ReportType.RELEASED);
    Files.delete(host.home().resolve("slow"));
  }

  @Test
  void doesNotBeginWhatWasCanceledBeforeItCame() throws Exception {
    SubtaskCommand canceled = Wire.noop(8, 80);
    SubtaskCommand running = Wire.command(9, ++fence, SubtaskKind.STOP_ALL, host.target());
    Files.writeString(host.home().resolve("slow"), "600");
    wire.send(running);
    wire.awaitReport(running, ReportType.STARTED);
    wire.cancel(canceled);
    // Once this one is heard the other was heard, too.
    wire.cancel(running);
    wire.awaitReport(running, ReportType.FAILED);
    wire.send(canceled);
    wire.awaitReports(canceled, ReportType.FAILED);
    Files.delete(host.home().resolve("slow"));
  }
}

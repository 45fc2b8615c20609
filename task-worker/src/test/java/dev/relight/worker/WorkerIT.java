package dev.relight.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One worker as it is packaged, on a real Kafka. */
class WorkerIT {
  private static final String KAFKA = System.getProperty("kafka.bootstrap.servers");

  private static Wire wire;
  private static WorkerProcess worker;

  @BeforeAll
  static void start() {
    wire = new Wire(KAFKA).open();
    worker = new WorkerProcess(KAFKA, wire, Map.of()).awaitReady();
  }

  @AfterAll
  static void stop() {
    worker.close();
    wire.close();
  }

  @Test
  void reportsStartAndSuccessOfACommand() {
    SubtaskCommand command = Wire.noop(1, 10);
    wire.send(command);
    awaitReports(command, ReportType.STARTED, ReportType.SUCCEEDED);
    assertThat(wire.reportsOf(command).get(1).observed().running()).isTrue();
  }

  private static void awaitReports(SubtaskCommand command, ReportType... types) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(wire.reportsOf(command)).extracting("type").isEqualTo(List.of(types)));
  }
}

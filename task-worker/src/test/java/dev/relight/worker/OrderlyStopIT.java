package dev.relight.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.model.WorkerHeartbeat;
import dev.relight.worker.transport.LoopbackHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderlyStopIT {
  @TempDir Path directory;

  @Test
  void handsBackWhatItHasAndTheNextWorkerFindsItOnTheHost() throws Exception {
    try (LoopbackHost host = new LoopbackHost(directory);
        Wire wire = new Wire().open()) {
      Map<String, String> settings = new HashMap<>(host.settings());
      settings.put("relight.worker.drain-timeout", "1s");
      SubtaskCommand stop = Wire.command(1, 10, SubtaskKind.STOP_ALL, host.target());
      SubtaskCommand late = Wire.noop(2, 11);
      Files.writeString(host.home().resolve("slow"), "5");
      try (WorkerProcess first = new WorkerProcess(wire.settings(settings)).awaitReady()) {
        wire.awaitReader();
        wire.send(stop);
        await().until(() -> host.calls().contains("stop"));
        first.terminate();
        await().until(() -> wire.heartbeats.stream().anyMatch(WorkerHeartbeat::stopping));
        wire.send(late);
        wire.awaitReports(late, ReportType.RELEASED);
        wire.awaitReport(stop, ReportType.RELEASED);
        await().until(() -> !first.isAlive());
      }
      try (WorkerProcess second = new WorkerProcess(wire.settings(settings)).awaitReady()) {
        SubtaskCommand again = Wire.command(1, 12, SubtaskKind.STOP_ALL, host.target());
        wire.awaitReader();
        wire.send(again);
        wire.awaitReport(again, ReportType.SUCCEEDED);
        assertThat(second.isAlive()).isTrue();
        assertThat(host.calls()).containsExactly("stop");
      }
    }
  }
}

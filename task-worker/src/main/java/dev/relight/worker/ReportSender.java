package dev.relight.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.relight.model.AgentState;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskReport;
import dev.relight.worker.metrics.Metric;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Sends reports in their order; a sent report is with the broker. */
@Singleton
class ReportSender {
  private final MutinyEmitter<Record<String, byte[]>> emitter;
  private final ObjectWriter json;
  private final String worker;

  // Unbounded in name only: an attempt has one report on the way, beside lines of its log.
  ReportSender(
      @Channel("reports") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<Record<String, byte[]>> emitter,
      ObjectMapper mapper,
      WorkerId worker) {
    this.emitter = emitter;
    this.json = mapper.writerFor(SubtaskReport.class);
    this.worker = worker.toString();
  }

  Uni<Void> send(
      SubtaskCommand command,
      ReportType type,
      String message,
      AgentState observed,
      List<String> log) {
    SubtaskReport report =
        new SubtaskReport(
            command.taskId(),
            command.subtaskId(),
            command.attempt(),
            command.fence(),
            worker,
            type,
            Instant.now(),
            message,
            observed,
            log);
    String key = Long.toString(command.taskId());
    long begun = System.nanoTime();
    return emitter
        .send(Record.of(key, write(report)))
        .invoke(() -> Metric.REPORT_SENDING.since(begun));
  }

  private byte[] write(SubtaskReport report) {
    try {
      return json.writeValueAsBytes(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}

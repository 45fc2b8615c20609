package dev.relight.worker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.relight.model.AgentState;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskReport;
import dev.relight.service.tracing.Span;
import dev.relight.service.tracing.Spans;
import dev.relight.worker.metrics.Metric;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
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
    Span span = Spans.producer("report " + type, command.traceparent());
    return emitter
        .sendMessage(message(Record.of(key, write(report)), span.traceparent()))
        .invoke(() -> Metric.REPORT_SENDING.since(begun))
        .onTermination()
        .invoke((sent, failure, canceled) -> span.end(failure));
  }

  private static Message<Record<String, byte[]>> message(
      Record<String, byte[]> report, String traceparent) {
    Message<Record<String, byte[]>> message = Message.of(report);
    return traceparent == null
        ? message
        : message.addMetadata(
            OutgoingKafkaRecordMetadata.builder()
                .withHeaders(
                    List.of(new RecordHeader("traceparent", traceparent.getBytes(US_ASCII))))
                .build());
  }

  private byte[] write(SubtaskReport report) {
    try {
      return json.writeValueAsBytes(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}

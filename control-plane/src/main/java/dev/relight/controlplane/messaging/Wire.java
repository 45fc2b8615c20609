package dev.relight.controlplane.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.relight.model.HostSighting;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskReport;
import dev.relight.model.TaskEvent;
import dev.relight.model.WorkerControl;
import dev.relight.model.WorkerHeartbeat;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The messages as bytes; members that this release does not know are ignored. */
@ApplicationScoped
class Wire {
  private final ObjectReader reports;
  private final ObjectReader heartbeats;
  private final ObjectReader sightings;
  private final ObjectReader taskEvents;
  private final ObjectWriter commands;
  private final ObjectWriter control;

  Wire(ObjectMapper mapper) {
    ObjectReader tolerant =
        mapper
            .copy()
            .registerModule(new SimpleModule().addDeserializer(String.class, new HostText()))
            .reader()
            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    reports = tolerant.forType(SubtaskReport.class);
    heartbeats = tolerant.forType(WorkerHeartbeat.class);
    sightings = tolerant.forType(HostSighting.class);
    taskEvents = tolerant.forType(TaskEvent.class);
    commands = mapper.writerFor(SubtaskCommand.class);
    control = mapper.writerFor(WorkerControl.class);
  }

  SubtaskReport report(byte[] value) throws IOException {
    SubtaskReport report = read(reports, value);
    if (report.type() == null
        || report.worker() == null
        || report.at() == null
        || report.log() == null) {
      throw new IOException("a report needs type, worker, at and log");
    }
    return report;
  }

  WorkerHeartbeat heartbeat(byte[] value) throws IOException {
    WorkerHeartbeat heartbeat = read(heartbeats, value);
    if (heartbeat.worker() == null
        || heartbeat.pool() == null
        || heartbeat.partitions() == null
        || heartbeat.running() == null) {
      throw new IOException("a heartbeat needs worker, pool, partitions and running");
    }
    return heartbeat;
  }

  HostSighting sighting(byte[] value) throws IOException {
    HostSighting sighting = read(sightings, value);
    if (sighting.asked() == null) {
      throw new IOException("a sighting needs to say which look it answers");
    }
    return sighting;
  }

  TaskEvent taskEvent(byte[] value) throws IOException {
    TaskEvent event = read(taskEvents, value);
    if (event.status() == null) {
      throw new IOException("an event of a task needs its status");
    }
    return event;
  }

  byte[] bytes(SubtaskCommand command) {
    return bytes(commands, command);
  }

  byte[] bytes(WorkerControl message) {
    return bytes(control, message);
  }

  private static <T> T read(ObjectReader reader, byte[] value) throws IOException {
    T message = value == null ? null : reader.readValue(value);
    if (message == null) {
      throw new IOException("it is empty");
    }
    return message;
  }

  private static byte[] bytes(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}

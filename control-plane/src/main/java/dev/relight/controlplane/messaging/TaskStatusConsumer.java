package dev.relight.controlplane.messaging;

import dev.relight.controlplane.engine.TaskEnds;
import dev.relight.model.TaskEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Hears of tasks that ended at other control planes, for those who wait for them here. */
@ApplicationScoped
class TaskStatusConsumer {
  private static final Logger LOG = Logger.getLogger(TaskStatusConsumer.class);

  private final TaskEnds ends;
  private final Wire wire;

  TaskStatusConsumer(TaskEnds ends, Wire wire) {
    this.ends = ends;
    this.wire = wire;
  }

  @Incoming("task-status")
  void consume(ConsumerRecords<String, byte[]> records) {
    for (ConsumerRecord<String, byte[]> record : records) {
      try {
        TaskEvent event = wire.taskEvent(record.value());
        if (event.status().hasEnded()) {
          ends.ended(event.taskId());
        }
      } catch (IOException | IllegalArgumentException e) {
        LOG.warnf("event at offset %d cannot be read: %s", record.offset(), e);
      }
    }
  }
}

package dev.relight.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.relight.model.WorkerControl;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Hears what the control planes say to all workers. */
@ApplicationScoped
class ControlConsumer {
  private static final Logger LOG = Logger.getLogger(ControlConsumer.class);

  private final Lease lease;
  private final Attempts attempts;
  private final Looks looks;
  private final String worker;
  private final ObjectReader json;

  ControlConsumer(
      Lease lease, Attempts attempts, Looks looks, WorkerId worker, ObjectMapper mapper) {
    this.lease = lease;
    this.attempts = attempts;
    this.looks = looks;
    this.worker = worker.toString();
    this.json = mapper.readerFor(WorkerControl.class);
  }

  @Incoming("control")
  void hear(byte[] message) {
    WorkerControl control;
    try {
      control = json.readValue(message);
    } catch (IOException e) {
      LOG.warnf("What a control plane said cannot be read: %s", e.getMessage());
      return;
    }
    // Cancels come first: an acknowledgement may set work free.
    if (control.cancel() != null) {
      attempts.cancel(control.cancel());
    }
    if (control.withdraw() != null) {
      attempts.withdraw(control.withdraw());
    }
    Long acknowledged = control.acknowledged() == null ? null : control.acknowledged().get(worker);
    if (acknowledged != null) {
      lease.acknowledged(acknowledged);
    }
    if (control.looks() != null) {
      looks.take(control.looks().getOrDefault(worker, List.of()));
    }
  }
}

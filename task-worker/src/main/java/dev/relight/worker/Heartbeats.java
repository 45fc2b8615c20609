package dev.relight.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.relight.model.WorkerHeartbeat;
import dev.relight.worker.metrics.Metric;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

/** Tells the control planes twice a second that this worker lives and what it runs. */
@Singleton
class Heartbeats {
  private static final Logger LOG = Logger.getLogger(Heartbeats.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final MutinyEmitter<Record<String, byte[]>> emitter;
  private final ObjectWriter json;
  private final WorkerId worker;
  private final WorkerConfig config;
  private final Lease lease;
  private final Attempts attempts;
  private final Condition condition;
  private long sequence;
  private volatile List<Integer> partitions = List.of();
  private boolean begun;
  private boolean stopping;
  private boolean leaseHeld;
  private volatile boolean delivered;

  Heartbeats(
      @Channel("heartbeats") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<Record<String, byte[]>> emitter,
      ObjectMapper mapper,
      WorkerId worker,
      WorkerConfig config,
      Lease lease,
      Attempts attempts,
      Condition condition) {
    this.emitter = emitter;
    this.json = mapper.writerFor(WorkerHeartbeat.class);
    this.worker = worker;
    this.config = config;
    this.lease = lease;
    this.attempts = attempts;
    this.condition = condition;
  }

  void start(@Observes StartupEvent started, Vertx vertx) {
    Metric.SLOTS.show(config::slots);
    Metric.ATTEMPTS.show(attempts::count);
    Metric.ATTEMPTS_RUNNING.show(() -> attempts.running().size());
    Metric.PARTITIONS.show(() -> partitions.size());
    Metric.LEASE_HELD.show(() -> lease.held() ? 1 : 0);
    lease.whenHeld().subscribe().with(held -> beat());
    vertx.setTimer(PATIENCE.toMillis(), timer -> complainUnlessBegun());
    vertx.setPeriodic(
        config.heartbeatInterval().toMillis(),
        timer -> {
          beat();
          watchLease();
          attempts.tend();
        });
  }

  /** The partitions that this worker reads have changed; told at once. */
  synchronized void partitions(List<Integer> assigned) {
    partitions = assigned;
    // Whoever reads nothing yet is given nothing. Nor may it be the first to write: a broker that
    // makes topics by itself would make this one before the control plane does.
    begun |= !assigned.isEmpty();
    beat();
  }

  /** This worker takes no more commands; told at once. */
  synchronized void stopping() {
    stopping = true;
    beat();
  }

  /** Whether the last heartbeat reached the broker, or there was no reason for one. */
  synchronized boolean delivered() {
    return !begun || delivered;
  }

  private synchronized void beat() {
    if (!begun) {
      return;
    }
    sequence++;
    lease.sending(sequence);
    emitter
        .send(Record.of(worker.toString(), write(condition.heartbeat(sequence, told(), stopping))))
        .subscribe()
        .with(sent -> delivered = true, this::failed);
  }

  /** Who cannot hear yet what is withdrawn is to be given nothing. */
  private List<Integer> told() {
    return lease.wasEverHeld() ? partitions : List.of();
  }

  private void watchLease() {
    boolean had = leaseHeld;
    leaseHeld = lease.held();
    if (had && !leaseHeld) {
      Metric.LEASE_LOSSES.add(1);
    }
  }

  private synchronized void complainUnlessBegun() {
    if (!begun) {
      LOG.warnf(
          "This worker has no partition of the commands of pool '%s' yet: Kafka or the topic is not"
              + " there, or there are more workers than partitions",
          config.pool());
    }
  }

  private void failed(Throwable failure) {
    if (delivered) {
      LOG.warnf("Kafka does not take heartbeats: %s", failure.getMessage());
    }
    delivered = false;
  }

  private byte[] write(WorkerHeartbeat heartbeat) {
    try {
      return json.writeValueAsBytes(heartbeat);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.relight.controlplane.security;

import dev.relight.controlplane.engine.Rounds;
import dev.relight.controlplane.store.AuditEvents;
import dev.relight.controlplane.store.AuditEvents.Entry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Writes down who asked for which change and what became of it. What PostgreSQL does not take is in
 * the log: the request was answered all the same, or nobody could say why nothing works.
 */
@ApplicationScoped
public class Audit {
  private static final Logger LOG = Logger.getLogger(Audit.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final AuditEvents events;
  private final AuditConfig config;
  private Cancellable rounds;

  Audit(AuditEvents events, AuditConfig config) {
    this.events = events;
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    rounds = Rounds.every(INTERVAL, "forget old audit events", this::forget);
  }

  void stop(@Observes ShutdownEvent event) {
    rounds.cancel();
  }

  /** Of a request that has made no task; never fails. */
  public Uni<Void> tell(Entry entry) {
    return orLog(events.append(entry), entry);
  }

  /** Of a request whose task was accepted with its event, and whose answer is another one. */
  public Uni<Void> amend(Entry entry) {
    return orLog(
        events.amend(entry.taskId(), entry.status(), entry.code(), entry.message()), entry);
  }

  Uni<Void> forget() {
    return events.forget(config.keep(), config.maxStrangers()).replaceWithVoid();
  }

  private static Uni<Void> orLog(Uni<Integer> written, Entry entry) {
    return written
        .replaceWithVoid()
        .onFailure()
        .invoke(failure -> LOG.warnf("audit event cannot be kept: %s: %s", entry, failure))
        .onFailure()
        .recoverWithNull();
  }
}

package dev.relight.controlplane.security;

import dev.relight.controlplane.engine.Chore;
import dev.relight.controlplane.engine.Convoy;
import dev.relight.controlplane.engine.Convoy.Queue;
import dev.relight.controlplane.store.AuditEvents;
import dev.relight.controlplane.store.AuditEvents.Entry;
import dev.relight.controlplane.store.Outage;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Writes down who asked for which change and what became of it. Of what was done, it does so in the
 * transaction that does it. Of what was refused, PostgreSQL may not take it: that is in the log, as
 * the request was answered all the same, or nobody could say why nothing works.
 */
@ApplicationScoped
public class Audit implements Chore {
  private static final Logger LOG = Logger.getLogger(Audit.class);

  /** Little enough to hold up nobody. */
  private static final int AT_ONCE = 1_000;

  private static final String DONE =
      """
      insert into audit_event (user_id, user_name, operation, path, host_ids, address, status,
          trace_id)
      values (?1, ?2, ?3, ?4, cast(string_to_array(?5, ',') as bigint[]), ?6, ?7, ?8)""";

  private static final Queue QUEUE = new Queue(10_000, Duration.ofSeconds(5));
  private static final int LANES = 2;
  private static final int TOGETHER = 200;

  private final AuditEvents events;
  private final AuditConfig config;
  private final Convoy<Entry, Integer> together;

  Audit(AuditEvents events, AuditConfig config) {
    this.events = events;
    this.config = config;
    this.together =
        new Convoy<>(QUEUE, LANES, TOGETHER, entry -> List.of(), Audit::isOfOne, this::append);
  }

  /**
   * Of a request that has made no task; never fails. Where many are refused, that costs little of
   * what is left for the others.
   */
  public Uni<Void> tell(Entry entry) {
    return orLog(together.add(entry), entry);
  }

  /** Of a request that is being done in the open session; fails with its transaction. */
  public Uni<Void> tellInSession(Entry entry) {
    String hostIds = entry.hostIds().stream().map(String::valueOf).collect(Collectors.joining(","));
    return Panache.getSession()
        .chain(
            session ->
                session
                    .createNativeQuery(DONE)
                    .setParameter(1, entry.userId())
                    .setParameter(2, entry.user())
                    .setParameter(3, entry.operation())
                    .setParameter(4, entry.path())
                    .setParameter(5, hostIds)
                    .setParameter(6, entry.address())
                    .setParameter(7, entry.status())
                    .setParameter(8, entry.traceId())
                    .executeUpdate())
        .replaceWithVoid();
  }

  /** Of a request whose task was accepted with its event, and whose answer is another one. */
  public Uni<Void> amend(Entry entry) {
    return orLog(
        events.amend(entry.taskId(), entry.status(), entry.code(), entry.message()), entry);
  }

  @Override
  public String what() {
    return "forget old audit events";
  }

  @Override
  public Duration interval() {
    return Duration.ofMinutes(1);
  }

  @Override
  public Uni<Void> round() {
    return whileThereAre(() -> events.forget(config.keep(), AT_ONCE))
        .chain(() -> whileThereAre(() -> events.forgetStrangers(config.maxStrangers(), AT_ONCE)));
  }

  /** What one entry cannot be stored for, the others still can. */
  private static boolean isOfOne(Throwable failure) {
    return !Outage.isBehind(failure);
  }

  private Uni<List<Integer>> append(List<Entry> entries) {
    return events.append(entries).map(all -> Collections.nCopies(entries.size(), 1));
  }

  private static Uni<Void> whileThereAre(Supplier<Uni<Integer>> step) {
    return step.get()
        .chain(gone -> gone < AT_ONCE ? Uni.createFrom().voidItem() : whileThereAre(step));
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

package dev.relight.controlplane.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relight.controlplane.engine.RecallTask;
import dev.relight.controlplane.engine.Receipt;
import dev.relight.controlplane.engine.SubmitTask;
import dev.relight.controlplane.engine.SubmittedTask;
import dev.relight.controlplane.engine.TaskRequest;
import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.security.Caller;
import dev.relight.controlplane.store.RequestKeys.Key;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.RequestScoped;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Submits what a request asks for, in the name of its caller. */
@RequestScoped
class Submission {
  private static final int ACCEPTED = 200;

  private final SubmitTask submitTask;
  private final RecallTask recallTask;
  private final SecurityIdentity identity;
  private final Exchange exchange;
  private final ApiConfig config;
  private final ServerAddress server;
  private final AuditNote note;
  private Optional<Key> key = Optional.empty();

  Submission(
      SubmitTask submitTask,
      RecallTask recallTask,
      SecurityIdentity identity,
      Exchange exchange,
      ApiConfig config,
      ServerAddress server,
      AuditNote note) {
    this.submitTask = submitTask;
    this.recallTask = recallTask;
    this.identity = identity;
    this.exchange = exchange;
    this.config = config;
    this.server = server;
    this.note = note;
  }

  /** A task for the hosts that the body names. */
  Uni<SubmittedTask> batch(TaskKind kind, JsonNode body) {
    List<Long> hostIds = HostIds.of(body, config.maxHosts());
    exchange.concerns(hostIds.size());
    return once(body, () -> submit(kind, hostIds, null));
  }

  /**
   * The task that the same request has made before, where it names an Idempotency-Key; else the one
   * that it makes. What it does not get to look at may have changed since.
   */
  Uni<SubmittedTask> once(Supplier<Uni<SubmittedTask>> make) {
    return once(null, make);
  }

  private Uni<SubmittedTask> once(JsonNode body, Supplier<Uni<SubmittedTask>> make) {
    String named = IdempotencyKey.of(exchange.idempotencyKeys());
    if (named == null) {
      return make.get();
    }
    Key mine = new Key(caller().id(), named, RequestDigest.of(exchange.line(), body));
    key = Optional.of(mine);
    return recallTask
        .recall(mine)
        .chain(before -> before.map(Uni.createFrom()::item).orElseGet(make))
        .invoke(this::mark);
  }

  private void mark(SubmittedTask task) {
    if (task.replayed()) {
      exchange.replays();
      note.made(task);
    }
  }

  private Caller caller() {
    return (Caller) identity.getPrincipal();
  }

  /** A task for one host. */
  Uni<SubmittedTask> single(TaskKind kind, long hostId) {
    return submit(kind, List.of(hostId), null);
  }

  /** A task for one process of a host's agent. */
  Uni<SubmittedTask> process(TaskKind kind, long hostId, String alias) {
    return submit(kind, List.of(hostId), alias);
  }

  private Uni<SubmittedTask> submit(TaskKind kind, List<Long> hostIds, String process) {
    Caller caller = caller();
    note.concerns(hostIds);
    TaskRequest request =
        new TaskRequest(
            kind,
            hostIds,
            process,
            caller.id(),
            caller.name(),
            server.toString(),
            exchange.trace().traceparent());
    return submitTask
        .submit(request, new Receipt(key, Optional.of(note.entry(caller, ACCEPTED, null))))
        .invoke(note::made);
  }
}

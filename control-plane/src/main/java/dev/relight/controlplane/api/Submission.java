package dev.relight.controlplane.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relight.controlplane.engine.SubmitTask;
import dev.relight.controlplane.engine.SubmittedTask;
import dev.relight.controlplane.engine.TaskRequest;
import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.security.Caller;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.RequestScoped;
import java.util.List;

/** Submits what a request asks for, in the name of its caller. */
@RequestScoped
class Submission {
  private final SubmitTask submitTask;
  private final SecurityIdentity identity;
  private final Exchange exchange;
  private final ApiConfig config;
  private final ServerAddress server;

  Submission(
      SubmitTask submitTask,
      SecurityIdentity identity,
      Exchange exchange,
      ApiConfig config,
      ServerAddress server) {
    this.submitTask = submitTask;
    this.identity = identity;
    this.exchange = exchange;
    this.config = config;
    this.server = server;
  }

  /** A task for the hosts that the body names. */
  Uni<SubmittedTask> batch(TaskKind kind, JsonNode body) {
    return submit(kind, HostIds.of(body, config.maxHosts()), null);
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
    Caller caller = (Caller) identity.getPrincipal();
    return submitTask.submit(
        new TaskRequest(
            kind,
            hostIds,
            process,
            caller.id(),
            caller.name(),
            server.toString(),
            exchange.trace().traceparent()));
  }
}

package dev.relight.worker.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.relight.model.AgentState;
import dev.relight.model.SubtaskCommand;
import dev.relight.worker.transport.FencedHost;
import dev.relight.worker.transport.HostFailure;
import dev.relight.worker.transport.SshTransport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Operates agents over SSH by the agentctl in their home. */
@Singleton
final class AgentctlProfile implements Profile {
  private final SshTransport ssh;
  private final ObjectReader json;
  private final AgentConfig config;

  AgentctlProfile(SshTransport ssh, ObjectMapper mapper, AgentConfig config) {
    this.ssh = ssh;
    this.json = mapper.reader();
    this.config = config;
  }

  @Override
  public boolean isNamed(String name) {
    return Dialect.of(name).isPresent();
  }

  @Override
  public Uni<AgentState> perform(SubtaskCommand command, OperationLog log) {
    log.info("Attempt %d on %s".formatted(command.attempt(), command.host().address()));
    Dialect dialect = Dialect.of(command.host().profile()).orElseThrow();
    FencedHost host = ssh.hostOf(command);
    Agentctl agent = new Agentctl(host, dialect, command, json, log);
    Job job = new Job(command, agent, log, config.settle());
    Operation operation = Operation.of(command.kind());
    return operation
        .perform(job)
        .onFailure(failure -> failure instanceof OperationFailed && host.hasAdopted())
        .recoverWithUni(
            failure -> {
              // An earlier attempt has done its part, but that has not lasted.
              log.warn(failure.getMessage() + ". Once more from the start");
              host.startOver();
              return operation.perform(job);
            })
        .onFailure(HostFailure.class)
        .transform(failure -> new OperationFailed(failure.getMessage()));
  }

  @Override
  public Uni<Void> end(SubtaskCommand command) {
    return ssh.hostOf(command).end();
  }
}

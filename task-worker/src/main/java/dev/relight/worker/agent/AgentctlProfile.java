package dev.relight.worker.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.relight.model.AgentState;
import dev.relight.model.HostTarget;
import dev.relight.model.SubtaskCommand;
import dev.relight.worker.transport.FencedHost;
import dev.relight.worker.transport.SshTransport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Set;

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
  public Set<String> names() {
    return Dialect.PROFILES;
  }

  @Override
  public Uni<AgentState> perform(SubtaskCommand command, OperationLog log) {
    log.info("Attempt %d on %s".formatted(command.attempt(), command.host().address()));
    return job(command, log).perform();
  }

  private Job job(SubtaskCommand command, OperationLog log) {
    Dialect dialect = Dialect.of(command.host().profile()).orElseThrow();
    FencedHost host = ssh.hostOf(command);
    Agentctl agent = new Agentctl(host, dialect, command, json, log);
    return new Job(command, agent, host, log, config);
  }

  /** Whether the worker has what it takes to enter this host. */
  boolean canReach(HostTarget host) {
    return ssh.hasCredential(host.credential());
  }

  /** Stops and starts the agent, whatever kind of subtask it is for. */
  Uni<AgentState> restart(SubtaskCommand command, OperationLog log) {
    return job(command, log)
        .perform(job -> new StopAll().perform(job).chain(() -> new StartAll().perform(job)));
  }

  @Override
  public Uni<Void> end(SubtaskCommand command) {
    return ssh.hostOf(command).end();
  }
}

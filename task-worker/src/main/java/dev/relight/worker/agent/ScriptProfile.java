package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.SubtaskCommand;
import dev.relight.worker.transport.FencedHost;
import dev.relight.worker.transport.SshTransport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Set;

/** Operates agents over SSH by the fixed commands of a file. */
@Singleton
final class ScriptProfile implements Profile {
  private final SshTransport ssh;
  private final Scripts scripts;
  private final AgentConfig config;

  ScriptProfile(SshTransport ssh, Scripts scripts, AgentConfig config) {
    this.ssh = ssh;
    this.scripts = scripts;
    this.config = config;
  }

  @Override
  public Set<String> names() {
    return scripts.names();
  }

  @Override
  public Uni<AgentState> perform(SubtaskCommand command, OperationLog log) {
    log.info("Attempt %d on %s".formatted(command.attempt(), command.host().address()));
    Script script = scripts.named(command.host().profile()).orElseThrow();
    FencedHost host = ssh.hostOf(command);
    Agent agent = new ScriptedAgent(host, script, command, log);
    return new Job(command, agent, host, log, config).perform();
  }

  @Override
  public Uni<Void> end(SubtaskCommand command) {
    return ssh.hostOf(command).end();
  }
}

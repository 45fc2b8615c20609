package dev.relight.worker.transport;

import dev.relight.model.SubtaskCommand;
import jakarta.inject.Singleton;

/** Reaches hosts over SSH, always behind the fence that stands on them. */
@Singleton
public class SshTransport {
  private final SshConnections connections;
  private final HostScripts scripts = HostScripts.load();

  SshTransport(SshConnections connections) {
    this.connections = connections;
  }

  /** Whether the worker can log in by this credential at all. */
  public boolean hasCredential(String name) {
    return connections.hasCredential(name);
  }

  /** The host of this command, for as long as the command is worked on. */
  public FencedHost hostOf(SubtaskCommand command) {
    return new FencedHost(connections, scripts, command);
  }
}

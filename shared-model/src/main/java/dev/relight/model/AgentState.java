package dev.relight.model;

import java.time.Instant;
import java.util.List;

/**
 * An agent as it was seen on its host.
 *
 * @param running whether the supervisor itself was alive
 * @param version the agent's version, null when it could not be read
 * @param logHome absolute directory of the agent's logs on the host
 * @param processes every process of the agent, the supervisor included, in the agent's order
 * @param observedAt when it was seen, by the worker's clock
 */
public record AgentState(
    boolean running,
    String version,
    String logHome,
    List<ProcessState> processes,
    Instant observedAt) {
  public AgentState {
    processes = List.copyOf(processes);
  }
}

package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * The agent of one command, on its host. Everything fails with an {@link OperationFailed}, or with
 * the transport's failure.
 */
interface Agent {
  /** The agent's state, as the newest attempt on this host sees it. */
  Uni<AgentState> status();

  /** The agent's state, whoever is at work. */
  Uni<AgentState> peek();

  Uni<Void> start();

  Uni<Void> stop();

  Uni<Void> startProcess(String alias);

  /** Stops a process, or writes down on the host that there was nothing to stop. */
  Uni<Void> stopProcess(ProcessState process);

  /**
   * The process of a supervisor that is there and may just not answer; null where there is none.
   */
  Uni<ProcessState> silentSupervisor();

  /**
   * Whether the first of the agent's processes looks after the others: it knows what became of
   * them, and without it none of them can be operated.
   */
  boolean isSupervised();

  /** What the host has to say about a process that is not as it should be; empty if nothing. */
  Uni<List<String>> explain(String alias);
}

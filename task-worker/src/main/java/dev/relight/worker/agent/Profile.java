package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.SubtaskCommand;
import io.smallrye.mutiny.Uni;
import java.util.Set;

/**
 * How one kind of agent is operated. A new kind is a YAML file ({@link ScriptFile}) or, where fixed
 * commands do not do, a new bean of this type, and nothing else.
 */
public interface Profile {
  /** The names that hosts call it by. */
  Set<String> names();

  /** Whether it can stop an agent, and not only restart it. */
  default boolean stops() {
    return true;
  }

  /**
   * Does on the host what the command asks and gives the agent as it was seen at the end. Fails
   * with an {@link OperationFailed} that an operator can act on. Never blocks.
   */
  Uni<AgentState> perform(SubtaskCommand command, OperationLog log);

  /** Ends on the host whatever the command has started there and is not done. */
  Uni<Void> end(SubtaskCommand command);
}

package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.SubtaskCommand;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Touches no host and succeeds at once: for rehearsals and for measuring everything else. */
@Singleton
final class NoopProfile implements Profile {
  static final String NAME = "noop";

  @Override
  public Set<String> names() {
    return Set.of(NAME);
  }

  @Override
  public Uni<AgentState> perform(SubtaskCommand command, OperationLog log) {
    return Uni.createFrom().item(new AgentState(true, null, null, List.of(), Instant.now()));
  }

  @Override
  public Uni<Void> end(SubtaskCommand command) {
    return Uni.createFrom().voidItem();
  }
}

package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.SubtaskCommand;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Function;

/**
 * What an operation works with.
 *
 * @param settle how long processes must stay up
 */
record Job(SubtaskCommand command, Agentctl agent, OperationLog log, Duration settle) {
  private static final Duration ADOPTED_LIMIT = Duration.ofSeconds(10);
  private static final Duration TO_REPORT = Duration.ofSeconds(1);

  private record Look(AgentState state, String complaint) {}

  /**
   * Watches the agent until there is no complaint and, a while later, still none about the same
   * processes.
   *
   * @param complaint what is wrong with a state, null when it is as it should be
   */
  Uni<AgentState> watchUntilStable(Function<AgentState, String> complaint) {
    return Polling.until(look -> look.complaint == null, patience(), () -> look(complaint))
        .map(
            look -> {
              if (look.complaint != null) {
                throw new OperationFailed(look.complaint, look.state);
              }
              log.info("Seen alive: " + Processes.describe(look.state));
              return look.state;
            });
  }

  /** How long to wait for something that takes no longer than the limit when all is well. */
  Duration patience(Duration limit) {
    Duration left = agent.timeLeft().minus(TO_REPORT);
    return limit.compareTo(left) < 0 ? limit : left;
  }

  // What was done by another attempt is not waited for as long: it may have to be done again.
  private Duration patience() {
    return agent.hasAdopted() ? patience(ADOPTED_LIMIT.plus(settle)) : patience(agent.timeLeft());
  }

  private Uni<Look> look(Function<AgentState, String> complaint) {
    return agent
        .status()
        .map(state -> new Look(state, complaint.apply(state)))
        .chain(
            first ->
                first.complaint == null
                    ? lookAgain(first, complaint)
                    : Uni.createFrom().item(first));
  }

  private Uni<Look> lookAgain(Look first, Function<AgentState, String> complaint) {
    return Uni.createFrom()
        .voidItem()
        .onItem()
        .delayIt()
        .by(settle)
        .chain(agent::status)
        .map(
            state -> {
              String wrong = complaint.apply(state);
              boolean same = Processes.pids(state).equals(Processes.pids(first.state));
              return new Look(state, wrong != null || same ? wrong : "Processes do not stay up");
            });
  }
}

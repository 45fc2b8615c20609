package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.SubtaskCommand;
import dev.relight.worker.transport.FencedHost;
import dev.relight.worker.transport.HostFailure;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Function;

/**
 * What an operation works with.
 *
 * @param config how the agent is watched
 */
record Job(
    SubtaskCommand command, Agent agent, FencedHost host, OperationLog log, AgentConfig config) {
  private static final Duration ADOPTED_LIMIT = Duration.ofSeconds(10);
  private static final Duration TO_REPORT = Duration.ofSeconds(2);

  /** Does what the command asks, and does it once more when what an earlier attempt did is gone. */
  Uni<AgentState> perform() {
    return perform(Operation.of(command.kind()));
  }

  Uni<AgentState> perform(Operation operation) {
    return operation
        .perform(this)
        .onFailure(failure -> failure instanceof OperationFailed && host.hasAdopted())
        .recoverWithUni(
            failure -> {
              log.warn(failure.getMessage() + ". Once more from the start");
              host.startOver();
              return operation.perform(this);
            })
        .onFailure(HostFailure.class)
        .transform(failure -> new OperationFailed(failure.getMessage()));
  }

  /** Watches the agent as {@link Watch#untilStable} does, for as long as there is time and hope. */
  Uni<AgentState> watchUntilStable(Function<AgentState, Complaint> complaint) {
    Watch watch = new Watch(agent::status, agent::explain, config, log);
    return watch.untilStable(patience(), complaint);
  }

  /** What of earlier processes is still there. */
  Remains remains() {
    return new Remains(host);
  }

  /** How long to wait for something that takes no longer than the limit when all is well. */
  Duration patience(Duration limit) {
    Duration left = host.timeLeft().minus(TO_REPORT);
    return limit.compareTo(left) < 0 ? limit : left;
  }

  // What was done by another attempt is not waited for as long: it may have to be done again.
  private Duration patience() {
    return host.hasAdopted()
        ? patience(ADOPTED_LIMIT.plus(config.settle()))
        : patience(host.timeLeft());
  }
}

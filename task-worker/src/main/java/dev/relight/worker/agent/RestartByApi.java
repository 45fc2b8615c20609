package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.SubtaskCommand;
import dev.relight.worker.agent.AgentApi.Progress;
import dev.relight.worker.agent.AgentApi.Restart;
import dev.relight.worker.transport.HostFailure;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Restarts an agent by its own API. In the place of a fence stands the token: the agent begins a
 * restart once under each, so all attempts of a subtask go by the same ones in the same order, and
 * whoever comes late finds what was done. The next token is taken only for what has failed, did not
 * last, or is stuck because its runner died.
 */
final class RestartByApi {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
  private static final Duration STUCK = Duration.ofSeconds(45);
  private static final Duration ADOPTED_LIMIT = Duration.ofSeconds(10);
  private static final Duration TO_REPORT = Duration.ofSeconds(1);
  private static final int FOR_THE_LOCK = 20;

  private final AgentApi api;
  private final SubtaskCommand command;
  private final Watch watch;
  private final OperationLog log;
  private final long deadline;

  RestartByApi(AgentApi api, SubtaskCommand command, Watch watch, OperationLog log) {
    this.api = api;
    this.command = command;
    this.watch = watch;
    this.log = log;
    this.deadline = System.nanoTime() + Duration.ofMillis(command.timeoutMillis()).toNanos();
  }

  Uni<AgentState> perform() {
    return byToken(1);
  }

  private Uni<AgentState> byToken(int number) {
    String token = token(number);
    long begun = System.nanoTime();
    return tolerant(() -> api.look(token))
        .chain(
            found ->
                found.progress() == Progress.UNKNOWN
                    ? begin(token).replaceWith(false)
                    : Uni.createFrom().item(true))
        .chain(adopted -> end(token, number, begun).chain(end -> judge(end, number, adopted)));
  }

  private Uni<AgentState> judge(Restart end, int number, boolean adopted) {
    boolean mayGoOn = number < command.attempt();
    return switch (end.progress()) {
      case OK -> {
        Duration patience = adopted && mayGoOn ? min(ADOPTED_LIMIT, timeLeft()) : timeLeft();
        Uni<AgentState> seen = watch.untilStable(patience, this::complaint);
        yield adopted && mayGoOn
            ? seen.onFailure(OperationFailed.class)
                .recoverWithUni(failure -> next(number, failure.getMessage()))
            : seen;
      }
      case FAILED -> {
        boolean locked = end.error().contains("code=fetch_admin_lock_failed");
        yield mayGoOn || locked && number < command.attempt() + FOR_THE_LOCK
            ? next(number, end.error())
            : Uni.createFrom()
                .failure(new OperationFailed("The agent could not restart: " + end.error()));
      }
      case RUNNING, UNKNOWN ->
          mayGoOn
              ? next(number, "That restart is stuck")
              : Uni.createFrom()
                  .failure(new OperationFailed("The agent did not end the restart in time"));
    };
  }

  private Uni<AgentState> next(int number, String why) {
    log.warn(why + ". Once more under another token");
    return Polling.after(Duration.ofSeconds(1), () -> byToken(number + 1));
  }

  private Uni<Void> begin(String token) {
    log.info("agent/restart " + token);
    return tolerant(() -> api.restart(token).replaceWith(true)).replaceWithVoid();
  }

  /** The end of a restart, or that there was none in its time. */
  private Uni<Restart> end(String token, int number, long begun) {
    return tolerant(() -> api.look(token))
        .chain(
            now -> {
              boolean ended = now.progress() == Progress.OK || now.progress() == Progress.FAILED;
              boolean stuck =
                  number < command.attempt() && System.nanoTime() - begun > STUCK.toNanos();
              if (ended || stuck || timeLeft().isNegative()) {
                return Uni.createFrom().item(now);
              }
              // An agent that has forgotten the token has not got the restart.
              Uni<Void> again =
                  now.progress() == Progress.UNKNOWN ? begin(token) : Uni.createFrom().voidItem();
              return again.chain(
                  () -> Polling.after(BETWEEN_LOOKS, () -> end(token, number, begun)));
            });
  }

  /** An agent that restarts does not answer for a while, or breaks off. */
  private <T> Uni<T> tolerant(Supplier<Uni<T>> ask) {
    return Polling.untilAnswered(HostFailure::isConnectionLost, timeLeft(), ask);
  }

  private Complaint complaint(AgentState seen) {
    Complaint complaint = StartAll.complaint(command.recorded(), seen, !command.compensation());
    // An agent that does not answer may be on its way all the same.
    return complaint == null ? null : new Complaint(complaint.alias(), complaint.text());
  }

  private String token(int number) {
    return "relight-%s-%d%s-%d"
        .formatted(
            command.install(), command.subtaskId(), command.compensation() ? "c" : "", number);
  }

  private Duration timeLeft() {
    return Duration.ofNanos(deadline - System.nanoTime()).minus(TO_REPORT);
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}

package dev.relight.worker.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relight.model.AgentState;
import dev.relight.model.SubtaskCommand;
import dev.relight.worker.transport.HostFailure;
import dev.relight.worker.transport.HttpTransport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Operates agents by their own HTTP API, which can restart an agent as a whole and nothing else. A
 * dead one does not answer: it is restarted over SSH where the worker has a credential of the same
 * name for that.
 */
@Singleton
final class ApiProfile implements Profile {
  private static final Duration UNTIL_DEAD = Duration.ofSeconds(10);

  private final HttpTransport http;
  private final AgentctlProfile overSsh;
  private final ObjectMapper mapper;
  private final AgentConfig config;

  ApiProfile(HttpTransport http, AgentctlProfile overSsh, ObjectMapper mapper, AgentConfig config) {
    this.http = http;
    this.overSsh = overSsh;
    this.mapper = mapper;
    this.config = config;
  }

  @Override
  public Set<String> names() {
    return Dialect.HTTP_PROFILES;
  }

  @Override
  public boolean stops() {
    return false;
  }

  @Override
  public Uni<AgentState> perform(SubtaskCommand command, OperationLog log) {
    log.info("Attempt %d on %s".formatted(command.attempt(), command.host().address()));
    return operate(command, log)
        .onFailure(HostFailure.class)
        .transform(failure -> new OperationFailed(failure.getMessage()));
  }

  @Override
  public Uni<Void> end(SubtaskCommand command) {
    // Over HTTP there is no way to end what the agent does by itself.
    return overSsh.canReach(command.host()) ? overSsh.end(command) : Uni.createFrom().voidItem();
  }

  private Uni<AgentState> operate(SubtaskCommand command, OperationLog log) {
    return switch (command.kind()) {
      case PREPARE_RESTART, FINISH ->
          state(command, UNTIL_DEAD)
              .onFailure(HostFailure::isConnectionLost)
              .recoverWithUni(failure -> read(command, log, failure.getMessage()));
      case REFRESH ->
          state(command, Duration.ZERO)
              .onFailure(HostFailure::isConnectionLost)
              .recoverWithItem(failure -> down(command, log, failure.getMessage()));
      case RESTART_PROXY -> nothing(command, log, "There is no proxy process to restart");
      case STOP_ALL ->
          nothing(command, log, "Nothing to stop: over HTTP the agent restarts itself");
      case START_ALL -> restart(command, log);
      case PREPARE_STOP, RESTART_PROCESS, STOP_PROCESS ->
          Uni.createFrom()
              .failure(
                  new OperationFailed(
                      "The agent's API can only restart the agent as a whole; use the profile '%s'"
                          .formatted(dialect(command).profile)));
      case WAIT -> throw new IllegalArgumentException("A wait node is no work for a worker");
    };
  }

  private Uni<AgentState> restart(SubtaskCommand command, OperationLog log) {
    return state(command, UNTIL_DEAD)
        .map(Optional::of)
        .onFailure(HostFailure::isConnectionLost)
        .recoverWithUni(
            failure ->
                requireSsh(command, failure.getMessage())
                    .invoke(() -> log.warn(failure.getMessage() + ". Restarting it over SSH"))
                    .replaceWith(Optional.empty()))
        .chain(
            now ->
                now.isEmpty()
                    ? overSsh.restart(overSsh(command), log)
                    : restart(command, log, now.get()));
  }

  private Uni<AgentState> restart(SubtaskCommand command, OperationLog log, AgentState now) {
    if (command.compensation() && StartAll.complaint(command.recorded(), now, false) == null) {
      log.info("It runs: " + Processes.describe(now));
      return Uni.createFrom().item(now);
    }
    return new RestartByApi(api(command), command, watch(command, log), log).perform();
  }

  private Uni<AgentState> read(SubtaskCommand command, OperationLog log, String why) {
    return requireSsh(command, why)
        .invoke(() -> log.warn(why + ". Reading its state over SSH"))
        .chain(() -> overSsh.perform(overSsh(command), log));
  }

  private Uni<AgentState> nothing(SubtaskCommand command, OperationLog log, String why) {
    log.info(why);
    return state(command, Duration.ZERO)
        .onFailure(HostFailure::isConnectionLost)
        .recoverWithItem(failure -> down(command, log, failure.getMessage()));
  }

  private AgentState down(SubtaskCommand command, OperationLog log, String why) {
    log.info(why);
    return observation(command).down(command.recorded());
  }

  private Uni<AgentState> state(SubtaskCommand command, Duration patience) {
    Uni<AgentState> once = api(command).status().map(observation(command)::up);
    return Polling.untilAnswered(HostFailure::isConnectionLost, patience, () -> once);
  }

  private Watch watch(SubtaskCommand command, OperationLog log) {
    return new Watch(
        () -> {
          Uni<AgentState> once = api(command).status().map(observation(command)::up);
          return once.onFailure(HostFailure::isConnectionLost)
              .recoverWithItem(() -> observation(command).down(command.recorded()));
        },
        alias -> Uni.createFrom().item(List.of()),
        config,
        log);
  }

  private Uni<Void> requireSsh(SubtaskCommand command, String why) {
    return overSsh.canReach(command.host())
        ? Uni.createFrom().voidItem()
        : Uni.createFrom()
            .failure(
                new OperationFailed(
                    "%s. Only SSH helps now, and the worker has no SSH credential '%s'"
                        .formatted(why, command.host().credential())));
  }

  private AgentApi api(SubtaskCommand command) {
    return new AgentApi(http, command.host(), command.traceparent(), mapper);
  }

  private static Observation observation(SubtaskCommand command) {
    return new Observation(dialect(command), command.host(), false, false);
  }

  private static SubtaskCommand overSsh(SubtaskCommand command) {
    return command.onHost(command.host().operatedBy(dialect(command).profile));
  }

  private static Dialect dialect(SubtaskCommand command) {
    return Dialect.ofHttp(command.host().profile()).orElseThrow();
  }
}

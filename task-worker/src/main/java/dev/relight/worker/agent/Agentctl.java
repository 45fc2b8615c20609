package dev.relight.worker.agent;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.ObjectReader;
import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.worker.transport.FencedHost;
import dev.relight.worker.transport.FencedHost.Alive;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The agent of one command, spoken to through the agentctl in its home. */
final class Agentctl {
  private static final Duration ADMIN_LOCK_LIMIT = Duration.ofSeconds(25);
  private static final Duration ALREADY_STARTED_LIMIT = Duration.ofSeconds(2);
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);
  private static final String OK = "{\"successful\":true,\"message\":\"ok\",\"error\":\"\"}";

  private final FencedHost host;
  private final SubtaskCommand command;
  private final ObjectReader json;
  private final OperationLog log;
  private final String agentctl;
  private final Observation observation;

  Agentctl(
      FencedHost host,
      Dialect dialect,
      SubtaskCommand command,
      ObjectReader json,
      OperationLog log) {
    this.host = host;
    this.command = command;
    this.json = json;
    this.log = log;
    this.agentctl = command.host().agentHome() + "/" + dialect.agentctl;
    this.observation =
        new Observation(dialect, command.host(), command.kind() == SubtaskKind.START_ALL);
  }

  /** The agent's state, as the newest attempt on this host sees it. */
  Uni<AgentState> status() {
    return host.read(List.of(agentctl, "status")).map(this::state);
  }

  /** The agent's state, whoever is at work. */
  Uni<AgentState> peek() {
    return host.peek(List.of(agentctl, "status")).map(this::state);
  }

  Uni<Void> start() {
    return act("start", "start").invoke(this::failUnlessSuccessful).replaceWithVoid();
  }

  Uni<Void> stop() {
    return act("stop", "stop").invoke(this::failUnlessSuccessful).replaceWithVoid();
  }

  /** Started already it may be told to be for a moment after it was stopped. */
  Uni<Void> startService(String name) {
    Predicate<AgentctlAnswer> settled = answer -> !isAlreadyStarted(answer);
    return Polling.until(
            settled, ALREADY_STARTED_LIMIT, () -> act("start-" + name, "service", "start", name))
        .invoke(
            answer -> {
              if (settled.test(answer)) {
                failUnlessSuccessful(answer);
              } else {
                log.warn(name + " was started by somebody else");
              }
            })
        .replaceWithVoid();
  }

  Uni<Void> stopService(ProcessState service) {
    String name = service.alias();
    if (service.running()) {
      return act("stop-" + name, "service", "stop", name)
          .invoke(this::failUnlessSuccessful)
          .replaceWithVoid();
    }
    // Written down on the host as well, or whoever takes over would stop what was started since.
    log.info(name + " does not run");
    return host.act("stop-" + name, List.of("echo", OK)).replaceWithVoid();
  }

  /** Lets nothing go on that an earlier attempt may have begun. */
  Uni<Void> endEarlier() {
    return host.endEarlier();
  }

  boolean hasAdopted() {
    return host.hasAdopted();
  }

  Duration timeLeft() {
    return host.timeLeft();
  }

  /** Those processes of earlier states that are alive now, whatever the agent says. */
  Uni<Map<ProcessState, Alive>> alive(List<AgentState> earlier) {
    Set<Integer> pids =
        earlier.stream().flatMap(seen -> Processes.pids(seen).stream()).collect(toSet());
    return host.alive(pids)
        .map(
            alive -> {
              Map<ProcessState, Alive> found = new LinkedHashMap<>();
              for (AgentState seen : earlier) {
                for (ProcessState process : Processes.running(seen)) {
                  Alive candidate = alive.get(process.pid());
                  if (candidate != null && mayBeAsOldAs(candidate, seen.observedAt())) {
                    found.put(process, candidate);
                  }
                }
              }
              return found;
            });
  }

  /** Those of the processes that have not ended since, whoever may have got their numbers. */
  Uni<List<ProcessState>> survivors(Map<ProcessState, Alive> earlier) {
    Set<Integer> pids = earlier.keySet().stream().map(ProcessState::pid).collect(toSet());
    return host.alive(pids)
        .map(
            alive ->
                earlier.keySet().stream()
                    .filter(process -> isSame(earlier.get(process), alive.get(process.pid())))
                    .toList());
  }

  // One that is younger than what was seen of it has only got the same number.
  private static boolean mayBeAsOldAs(Alive process, Instant seenAt) {
    Duration sinceSeen = Duration.between(seenAt, Instant.now());
    return process.age().compareTo(sinceSeen.minus(CLOCK_SKEW)) >= 0;
  }

  private static boolean isSame(Alive earlier, Alive now) {
    return now != null && now.birth() == earlier.birth();
  }

  private AgentState state(FencedHost.Output output) {
    AgentctlAnswer answer = AgentctlAnswer.parse(output, json);
    if (answer.successful()) {
      return observation.up(answer.message());
    }
    log.info("The agent does not answer: " + answer.error());
    return observation.down(command.recorded());
  }

  private Uni<AgentctlAnswer> act(String action, String... arguments) {
    List<String> line = new ArrayList<>(List.of(agentctl));
    line.addAll(List.of(arguments));
    log.info("agentctl " + String.join(" ", arguments));
    return Polling.until(
        answer -> !answer.code().equals("fetch_admin_lock_failed"),
        ADMIN_LOCK_LIMIT,
        () -> host.act(action, line).map(output -> AgentctlAnswer.parse(output, json)));
  }

  private void failUnlessSuccessful(AgentctlAnswer answer) {
    if (!answer.successful()) {
      throw new OperationFailed("agentctl: " + answer.error());
    }
  }

  private static boolean isAlreadyStarted(AgentctlAnswer answer) {
    return answer.code().equals("service_already_started");
  }
}

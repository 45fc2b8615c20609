package dev.relight.worker.agent;

import com.fasterxml.jackson.databind.ObjectReader;
import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.worker.transport.FencedHost;
import dev.relight.worker.transport.FencedHost.Alive;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The agent of one command, spoken to through the agentctl in its home. */
final class Agentctl implements Agent {
  private static final Duration ADMIN_LOCK_LIMIT = Duration.ofSeconds(25);
  private static final Duration ALREADY_STARTED_LIMIT = Duration.ofSeconds(2);
  private static final String OK = "{\"successful\":true,\"message\":\"ok\",\"error\":\"\"}";

  private final FencedHost host;
  private final SubtaskCommand command;
  private final ObjectReader json;
  private final OperationLog log;
  private final Dialect dialect;
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
    this.dialect = dialect;
    this.agentctl = command.host().agentHome() + "/" + dialect.agentctl;
    this.observation =
        new Observation(dialect, command.host(), command.kind() == SubtaskKind.START_ALL);
  }

  @Override
  public Uni<AgentState> status() {
    return host.read(List.of(agentctl, "status")).map(this::state);
  }

  @Override
  public Uni<AgentState> peek() {
    return host.peek(List.of(agentctl, "status")).map(this::state);
  }

  @Override
  public Uni<Void> start() {
    return act("start", "start").invoke(this::failUnlessSuccessful).replaceWithVoid();
  }

  @Override
  public Uni<Void> stop() {
    return act("stop", "stop").invoke(this::failUnlessSuccessful).replaceWithVoid();
  }

  /** Started already it may be told to be for a moment after it was stopped. */
  @Override
  public Uni<Void> startProcess(String name) {
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

  @Override
  public Uni<Void> stopProcess(ProcessState service) {
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

  @Override
  public boolean isSupervised() {
    return true;
  }

  @Override
  public Uni<ProcessState> silentSupervisor() {
    return inPidFile().map(found -> found.filter(this::isSupervisor).orElse(null));
  }

  @Override
  public Uni<List<String>> explain(String alias) {
    return host.lastLines(command.host().agentHome() + "/log", alias)
        .chain(
            lines ->
                alias.equals(dialect.supervisor)
                    ? inPidFile()
                        .map(found -> found.filter(process -> !isSupervisor(process)))
                        .map(
                            stranger ->
                                Stream.concat(
                                        lines.stream(), stranger.map(this::stalePidFile).stream())
                                    .toList())
                    : Uni.createFrom().item(lines));
  }

  // With a process of somebody else in it, agentctl takes the agent for started.
  private String stalePidFile(ProcessState stranger) {
    return "%s is stale: process %d is '%s'; remove the file"
        .formatted(pidFile(), stranger.pid(), stranger.startCommand());
  }

  private String pidFile() {
    return "%s/run/%s.pid".formatted(command.host().agentHome(), dialect.supervisor);
  }

  /** The process that the supervisor's pid file names, whosever it is. */
  private Uni<Optional<ProcessState>> inPidFile() {
    return host.peek(List.of("cat", pidFile()))
        .map(output -> output.output().strip())
        .map(text -> text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0)
        .chain(
            pid ->
                host.peekAlive(List.of(pid))
                    .map(alive -> Optional.ofNullable(alive.get(pid)))
                    .map(found -> found.map(alive -> process(pid, alive))));
  }

  private ProcessState process(int pid, Alive alive) {
    return new ProcessState(
        dialect.supervisor,
        true,
        pid,
        alive.startedAt(),
        alive.birth(),
        alive.user(),
        OperationLog.bounded(alive.command()),
        "",
        false);
  }

  private boolean isSupervisor(ProcessState process) {
    return process.startCommand().contains(dialect.supervisor);
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

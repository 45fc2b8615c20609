package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import dev.relight.model.SubtaskCommand;
import dev.relight.worker.transport.FencedHost;
import dev.relight.worker.transport.FencedHost.Alive;
import dev.relight.worker.transport.FencedHost.Output;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The agent of one command, operated by the commands of a {@link Script}. */
final class ScriptedAgent implements Agent {
  /** Of a command that is not there, or may not be run. */
  private static final Set<Integer> CANNOT_RUN = Set.of(126, 127);

  private final FencedHost host;
  private final Script script;
  private final String home;
  private final OperationLog log;
  private volatile String version;

  ScriptedAgent(FencedHost host, Script script, SubtaskCommand command, OperationLog log) {
    this.host = host;
    this.script = script;
    this.home = command.host().agentHome();
    this.log = log;
  }

  @Override
  public Uni<AgentState> status() {
    return state(host::read, host::alive);
  }

  @Override
  public Uni<AgentState> peek() {
    return state(host::peek, host::peekAlive);
  }

  @Override
  public Uni<Void> start() {
    return script.start().isEmpty()
        ? status().chain(state -> inTurn(missing(state), this::start))
        : act("start", script.start());
  }

  @Override
  public Uni<Void> stop() {
    if (!script.stop().isEmpty()) {
      return act("stop", script.stop());
    }
    List<Script.Program> lastFirst = new ArrayList<>(script.programs());
    Collections.reverse(lastFirst);
    return inTurn(lastFirst, program -> act("stop-" + program.alias(), program.stop()));
  }

  @Override
  public Uni<Void> startProcess(String alias) {
    return start(operable(alias));
  }

  @Override
  public Uni<Void> stopProcess(ProcessState process) {
    Script.Program program = operable(process.alias());
    if (process.running()) {
      return act("stop-" + program.alias(), program.stop());
    }
    // Written down on the host as well, or whoever takes over would stop what was started since.
    log.info(program.alias() + " does not run");
    return host.act("stop-" + program.alias(), List.of("true")).replaceWithVoid();
  }

  @Override
  public boolean isSupervised() {
    return false;
  }

  @Override
  public Uni<ProcessState> silentSupervisor() {
    return Uni.createFrom().nullItem();
  }

  @Override
  public Uni<List<String>> explain(String alias) {
    return Multi.createFrom()
        .iterable(program(alias).explain())
        .onItem()
        .transformToUniAndConcatenate(command -> host.peek(Script.at(home, command)))
        .onItem()
        .transformToIterable(output -> lines(output).toList())
        .collect()
        .asList();
  }

  // Not every program minds that it runs already.
  private List<Script.Program> missing(AgentState state) {
    Set<String> running =
        Processes.running(state).stream().map(ProcessState::alias).collect(Collectors.toSet());
    running.forEach(alias -> log.info(alias + " runs already"));
    return script.programs().stream()
        .filter(program -> !running.contains(program.alias()))
        .toList();
  }

  private Uni<Void> start(Script.Program program) {
    return act("start-" + program.alias(), program.start());
  }

  private Uni<Void> act(String action, List<String> command) {
    List<String> arguments = Script.at(home, command);
    log.info("Running: " + String.join(" ", arguments));
    return host.act(action, arguments)
        .invoke(this::log)
        .invoke(output -> failUnlessDone(arguments, output))
        .replaceWithVoid();
  }

  private void log(Output output) {
    lines(output).forEach(line -> log.info("| " + line));
  }

  private void failUnlessDone(List<String> arguments, Output output) {
    if (output.code() != 0) {
      String reason = lines(output).reduce((first, last) -> last).orElse("it said nothing");
      throw new OperationFailed(
          "'%s' failed with exit status %d: %s%s"
              .formatted(
                  String.join(" ", arguments), output.code(), reason, hint(arguments, output)));
    }
  }

  private static String hint(List<String> arguments, Output output) {
    return arguments.get(0).equals("sudo") && output.errors().contains("sudo:")
        ? ". Let the SSH user run just this without being asked, in sudoers"
        : "";
  }

  private Uni<AgentState> state(
      Function<List<String>, Uni<Output>> read,
      Function<Collection<Integer>, Uni<Map<Integer, Alive>>> alive) {
    Map<Script.Program, Set<Integer>> found = new LinkedHashMap<>();
    return inTurn(
            script.programs(),
            program ->
                read.apply(Script.at(home, program.find()))
                    .invoke(output -> found.put(program, pids(program, output)))
                    .replaceWithVoid())
        .chain(() -> alive.apply(found.values().stream().flatMap(Set::stream).toList()))
        .call(() -> version == null ? readVersion(read) : Uni.createFrom().voidItem())
        .map(processes -> state(found, processes));
  }

  private AgentState state(Map<Script.Program, Set<Integer>> found, Map<Integer, Alive> alive) {
    List<ProcessState> processes = new ArrayList<>();
    found.forEach(
        (program, pids) -> {
          List<Integer> running = pids.stream().filter(alive::containsKey).toList();
          running.forEach(pid -> processes.add(running(program, pid, alive.get(pid))));
          if (running.isEmpty()) {
            processes.add(stopped(program));
          }
        });
    boolean running = processes.stream().anyMatch(ProcessState::running);
    String logHome = script.logHome() == null ? home + "/log" : script.logHome();
    return new AgentState(
        running, version.isEmpty() ? null : version, logHome, processes, Instant.now());
  }

  // That of the program on the disk, which is not always the one that runs.
  private Uni<Void> readVersion(Function<List<String>, Uni<Output>> read) {
    version = "";
    return script.version().isEmpty()
        ? Uni.createFrom().voidItem()
        : read.apply(Script.at(home, script.version()))
            .invoke(output -> version = version(output))
            .replaceWithVoid();
  }

  private static String version(Output output) {
    return output.code() == 0
        ? lines(output).findFirst().map(OperationLog::bounded).orElse("")
        : "";
  }

  private static Set<Integer> pids(Script.Program program, Output output) {
    if (CANNOT_RUN.contains(output.code())
        || output.code() != 0 && output.code() != program.absent()) {
      throw new OperationFailed(
          "Whether %s runs cannot be found out (exit status %d): %s"
              .formatted(
                  program.alias(),
                  output.code(),
                  lines(output).findFirst().orElse("the command said nothing")));
    }
    Set<Integer> pids = new TreeSet<>();
    for (String word : output.output().strip().split("\\s+")) {
      if (!word.matches("[0-9]{0,9}")) {
        throw new OperationFailed(
            "The command that finds %s must print process ids, not '%s'"
                .formatted(program.alias(), word));
      }
      if (!word.isEmpty() && Integer.parseInt(word) > 0) {
        pids.add(Integer.parseInt(word));
      }
    }
    return pids;
  }

  private Script.Program operable(String alias) {
    Script.Program program = program(alias);
    if (!program.isOperable()) {
      throw new OperationFailed(
          "%s cannot be operated by itself: the profile '%s' has no commands for it"
              .formatted(alias, script.name()));
    }
    return program;
  }

  private Script.Program program(String alias) {
    return script.programs().stream()
        .filter(program -> program.alias().equals(alias))
        .findFirst()
        .orElseThrow(() -> new OperationFailed("The agent has no process '" + alias + "'"));
  }

  private static ProcessState running(Script.Program program, int pid, Alive process) {
    return new ProcessState(
        program.alias(),
        true,
        pid,
        process.startedAt(),
        process.birth(),
        process.user(),
        OperationLog.bounded(process.command()),
        "",
        program.isOperable());
  }

  private static ProcessState stopped(Script.Program program) {
    return new ProcessState(
        program.alias(), false, 0, null, null, null, null, program.isOperable());
  }

  private static Stream<String> lines(Output output) {
    return Stream.concat(output.errors().lines(), output.output().lines())
        .filter(line -> !line.isBlank());
  }

  private static <T> Uni<Void> inTurn(List<T> items, Function<T, Uni<Void>> work) {
    return Multi.createFrom()
        .iterable(items)
        .onItem()
        .transformToUniAndConcatenate(item -> work.apply(item).replaceWith(item))
        .collect()
        .asList()
        .replaceWithVoid();
  }
}

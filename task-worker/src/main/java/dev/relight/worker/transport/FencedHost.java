package dev.relight.worker.transport;

import dev.relight.model.HostTarget;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.service.tracing.Span;
import dev.relight.service.tracing.Spans;
import dev.relight.worker.metrics.Metric;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The host of one command, behind the fence that stands on it: each action is done once, however
 * often it is asked for and by whichever worker, and not at all when a newer attempt was there. A
 * connection that is lost on the way is made again, and the action found again, as long as there is
 * time. Everything fails with a {@link HostFailure}.
 */
public final class FencedHost {
  /** What a command on the host gave. */
  public record Output(int code, String output, String errors) {}

  /**
   * A process that is alive.
   *
   * @param birth tells it from others that have the same id at other times: the start of the host,
   *     and the clock tick since then at which it was started itself
   * @param age how long ago it was started
   * @param user name of the operating system's user
   */
  public record Alive(String birth, Duration age, Instant startedAt, String user, String command) {
    // As processes.sh prints it, behind the id.
    private static Alive parse(String[] fields) {
      return new Alive(
          fields[1],
          Duration.ofSeconds(Long.parseLong(fields[2])),
          Instant.ofEpochMilli(Long.parseLong(fields[3])),
          fields[4],
          fields[5].strip());
    }
  }

  /** See {@code fence.sh}. */
  private enum Mode {
    PEEK,
    READ,
    RUN,
    RERUN,
    END
  }

  private static final Duration SHORT = Duration.ofSeconds(15);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final SshConnections connections;
  private final HostScripts scripts;
  private final SubtaskCommand command;
  private final long deadline;
  private final Absence absence;
  private volatile boolean adopted;
  private volatile boolean startedOver;
  private volatile boolean startingOver;

  FencedHost(SshConnections connections, HostScripts scripts, SubtaskCommand command) {
    this.connections = connections;
    this.scripts = scripts;
    this.command = command;
    this.absence = new Absence(connections.awayTimeout());
    this.deadline = System.nanoTime() + Duration.ofMillis(command.timeoutMillis()).toNanos();
  }

  /** What is left of the command's time, negative when it is over. */
  public Duration timeLeft() {
    return Duration.ofNanos(deadline - System.nanoTime());
  }

  /** Runs a command that only reads, whoever else is at work. */
  public Uni<Output> peek(List<String> arguments) {
    return ask(Mode.PEEK, command.fence(), "peek", arguments).map(FencedHost::output);
  }

  /** Runs a command that only reads, as the newest attempt on this host. */
  public Uni<Output> read(List<String> arguments) {
    return ask(Mode.READ, command.fence(), "read", arguments).map(FencedHost::output);
  }

  /** Those of these processes that are alive. */
  public Uni<Map<Integer, Alive>> alive(Collection<Integer> pids) {
    return alive(pids, this::read);
  }

  /** Those of these processes that are alive, whoever else is at work. */
  public Uni<Map<Integer, Alive>> peekAlive(Collection<Integer> pids) {
    return alive(pids, this::peek);
  }

  /** The last lines of the newest log of a process; none where there is none. */
  public Uni<List<String>> lastLines(String directory, String process) {
    return peek(List.of("sh", "-c", scripts.tail(), "tail", directory, process))
        .map(output -> output.output().lines().filter(line -> !line.isBlank()).toList());
  }

  private Uni<Map<Integer, Alive>> alive(
      Collection<Integer> pids, Function<List<String>, Uni<Output>> run) {
    if (pids.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    List<String> arguments = new ArrayList<>(List.of("sh", "-c", scripts.processes(), "processes"));
    pids.forEach(pid -> arguments.add(Integer.toString(pid)));
    return run.apply(arguments)
        .map(
            output ->
                output
                    .output()
                    .lines()
                    .map(line -> line.split(" ", 6))
                    .collect(
                        Collectors.toMap(
                            fields -> Integer.valueOf(fields[0]), Alive::parse, (a, b) -> a)));
  }

  /**
   * Sees to it that an action is done.
   *
   * @param action names it among the actions of the subtask
   */
  public Uni<Output> act(String action, List<String> arguments) {
    Mode mode = startingOver ? Mode.RERUN : Mode.RUN;
    startingOver = false;
    return ask(mode, command.fence(), action, arguments)
        // Also under its own fence: the command may have been delivered twice.
        .invoke(answer -> adopted |= !startedOver)
        .map(FencedHost::output);
  }

  /** Ends what this or an earlier attempt runs on the host and lets it begin nothing more. */
  public Uni<Void> end() {
    return endUpTo(command.fence());
  }

  /**
   * Ends what earlier attempts run on the host, so that this one need not wait. The connection has
   * its own time: where many hosts are begun with at once, most of it is the wait for their turn.
   */
  public Uni<Void> endEarlier() {
    return reach(new Absence(SHORT)).chain(() -> endUpTo(command.fence() - 1));
  }

  /** Whether what an earlier attempt did may have been taken for done. */
  public boolean hasAdopted() {
    return adopted;
  }

  /** From now on nothing that was done before counts. */
  public void startOver() {
    adopted = false;
    startedOver = true;
    startingOver = true;
  }

  private Uni<Void> endUpTo(long fence) {
    return ask(Mode.END, fence, "end", List.of())
        .ifNoItem()
        .after(SHORT)
        .failWith(() -> new HostFailure("The host did not answer"))
        .replaceWithVoid();
  }

  private Uni<Void> reach(Absence lately) {
    return connections
        .to(command.host())
        .replaceWithVoid()
        .onFailure(
            failure -> {
              lately.begin();
              return HostFailure.isConnectionLost(failure) && !lately.isTooLong();
            })
        .recoverWithUni(() -> pause().chain(() -> reach(lately)));
  }

  private static Uni<Void> pause() {
    return Uni.createFrom().voidItem().onItem().delayIt().by(PAUSE);
  }

  private Uni<FenceAnswer> ask(Mode mode, long fence, String action, List<String> arguments) {
    return Uni.createFrom()
        .deferred(() -> askOnce(mode, fence, action, arguments))
        .onFailure(this::mayPass)
        .recoverWithUni(
            () -> {
              // What a rerun has begun is its own already.
              Mode again = mode == Mode.RERUN ? Mode.RUN : mode;
              return pause().chain(() -> ask(again, fence, action, arguments));
            })
        .onFailure(failure -> HostFailure.isConnectionLost(failure) && isGone())
        .transform(absence::complaint);
  }

  private Uni<FenceAnswer> askOnce(Mode mode, long fence, String action, List<String> arguments) {
    String nonce = UUID.randomUUID().toString();
    boolean acting = mode == Mode.RUN || mode == Mode.RERUN;
    long limit = Math.max(1, (acting ? timeLeft() : SHORT).toSeconds());
    HostTarget host = command.host();
    List<String> line = new ArrayList<>(List.of("sh", "-s", "--"));
    String asked = mode.name().toLowerCase(Locale.ROOT);
    line.add(asked);
    line.add(nonce);
    line.add(absolute(host.agentHome()));
    line.add(word(command.install()));
    line.add(command.subtaskId() + (command.compensation() ? "-compensation" : ""));
    line.add(Long.toString(fence));
    line.add(word(action));
    line.add(Long.toString(limit));
    line.addAll(arguments);
    SshConnection.Purpose purpose =
        mode == Mode.PEEK ? SshConnection.Purpose.LOOK : SshConnection.Purpose.WORK;
    return connections
        .to(host)
        .invoke(absence::end)
        .chain(
            connection ->
                Metric.SSH_COMMAND.timed(
                    () ->
                        Spans.within(
                            () -> span(action),
                            () ->
                                connection.run(
                                    purpose, ShellQuoting.commandLine(line), scripts.fence())),
                    asked))
        .map(result -> answer(result, nonce, action));
  }

  private Span span(String action) {
    return Spans.client("ssh " + action, command.traceparent())
        .with("server.address", command.host().address())
        .with("server.port", command.host().sshPort());
  }

  private FenceAnswer answer(CommandResult result, String nonce, String action) {
    FenceAnswer answer =
        FenceAnswer.parse(result.output(), nonce).orElseThrow(() -> notUnderstood(result));
    return switch (answer.outcome()) {
      case DONE -> answer;
      case EXPIRED ->
          throw new HostFailure("'%s' took too long and was ended on the host".formatted(action));
      case LOST -> throw HostFailure.connection("It was ended on the host by somebody else");
      case LATE ->
          throw new HostFailure(
              answer.code() > 0
                  ? "Something else was running on the host all the time"
                  : "There was no time left for '%s' on the host".formatted(action));
      case SUPERSEDED -> throw new HostFailure("superseded");
      case BROKEN -> throw new HostFailure("The host is not fit: " + answer.errors().strip());
    };
  }

  // A host that was never reached is given up at once: the connecting had its time. But not when
  // its agent waits to be started again.
  private boolean mayPass(Throwable failure) {
    if (!HostFailure.isConnectionLost(failure)
        || !absence.hasEndedBefore() && command.kind() != SubtaskKind.START_ALL) {
      return false;
    }
    absence.begin();
    return timeLeft().toSeconds() > 0 && !isGone();
  }

  // Until they are started, the agents of all others are down while one host is looked for.
  private boolean isGone() {
    return command.kind() != SubtaskKind.START_ALL && absence.isTooLong();
  }

  private static HostFailure notUnderstood(CommandResult result) {
    if (result.exitStatus() == null) {
      return HostFailure.connection("The shell on the host was ended");
    }
    String errors = new String(result.errors(), StandardCharsets.UTF_8).strip();
    return new HostFailure(
        "The host did not run the command (exit %d): %s"
            .formatted(result.exitStatus(), errors.lines().findFirst().orElse("no reason given")));
  }

  private static Output output(FenceAnswer answer) {
    return new Output(answer.code(), answer.output(), answer.errors());
  }

  private static String absolute(String path) {
    if (path == null || !path.startsWith("/")) {
      throw new HostFailure("The agent's home '" + path + "' is not an absolute path");
    }
    return path;
  }

  // These become names of files on the host.
  private static String word(String text) {
    if (!text.matches("[0-9A-Za-z_][0-9A-Za-z_.-]{0,127}")) {
      throw new HostFailure("'" + text + "' is not a name");
    }
    return text;
  }
}

package dev.relight.worker.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relight.model.AgentState;
import dev.relight.model.HostTarget;
import dev.relight.model.ProcessState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Makes what agentctl tells of an agent into its state. */
final class Observation {
  private final Dialect dialect;
  private final String logHome;
  private final boolean wantsRunning;
  private final boolean eachAlone;

  /** For agents of which the processes can be operated one by one. */
  Observation(Dialect dialect, HostTarget host, boolean wantsRunning) {
    this(dialect, host, wantsRunning, true);
  }

  /** With {@code wantsRunning} what is stopping counts as stopped, else as running still. */
  Observation(Dialect dialect, HostTarget host, boolean wantsRunning, boolean eachAlone) {
    this.dialect = dialect;
    this.eachAlone = eachAlone;
    this.logHome = host.agentHome() + "/log";
    this.wantsRunning = wantsRunning;
  }

  /**
   * The state of an agent that answers. Processes that it has left behind are in it, too, so that
   * one that runs twice is there twice.
   */
  AgentState up(JsonNode status) {
    List<ProcessState> processes = new ArrayList<>();
    processes.add(process(dialect.supervisor, status));
    status
        .path("services")
        .properties()
        .forEach(service -> processes.add(process(service.getKey(), service.getValue())));
    for (JsonNode dangling : status.path("dangling")) {
      String alias = dangling.path("name").asText();
      processes.add(alive(alias, dangling));
    }
    String version = status.path("version").asText(null);
    return new AgentState(true, version, logHome, processes, Instant.now());
  }

  /** The state of an agent that does not answer; the processes known before do not run. */
  AgentState down(AgentState known) {
    List<ProcessState> processes =
        known == null
            ? List.of(stopped(dialect.supervisor))
            : known.processes().stream()
                .map(ProcessState::alias)
                .distinct()
                .map(this::stopped)
                .toList();
    String version = known == null ? null : known.version();
    return new AgentState(false, version, logHome, processes, Instant.now());
  }

  // In doubt it is not yet what is wanted: a starting process does not run yet, a stopping one
  // still does, unless it is to run.
  private ProcessState process(String alias, JsonNode process) {
    return switch (process.path("state").asText()) {
      case "running" -> alive(alias, process);
      case "stopping" -> wantsRunning ? stopped(alias) : alive(alias, process);
      default -> stopped(alias);
    };
  }

  private ProcessState alive(String alias, JsonNode process) {
    String ports =
        StreamSupport.stream(process.path("ports").spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining(","));
    return new ProcessState(
        alias,
        true,
        process.path("pid").asInt(),
        instant(process.path("startAt").asLong()),
        process.path("user").asText(null),
        OperationLog.bounded(process.path("command").asText(alias)),
        ports,
        isOperable(alias));
  }

  private ProcessState stopped(String alias) {
    return new ProcessState(alias, false, 0, null, null, null, null, isOperable(alias));
  }

  private boolean isOperable(String alias) {
    return eachAlone && dialect.isOperable(alias);
  }

  private static Instant instant(long nanos) {
    return nanos == 0 ? null : Instant.ofEpochSecond(0, nanos);
  }
}

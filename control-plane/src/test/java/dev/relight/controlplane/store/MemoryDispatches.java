package dev.relight.controlplane.store;

import dev.relight.controlplane.plan.SubtaskText;
import dev.relight.controlplane.task.TaskState;
import dev.relight.model.AgentState;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.model.SubtaskOperation;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Vetoed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The counterpart of the SQL of {@link Dispatches}, statement by statement. */
@Vetoed
final class MemoryDispatches extends Dispatches {
  private final MemoryTables tables;
  private final Json json;

  MemoryDispatches(MemoryTables tables, Json json) {
    super(json);
    this.tables = tables;
    this.json = json;
  }

  @Override
  public Uni<List<Addressed>> dispatch(Tx tx, Map<Long, Seat> seats, String dispatcher) {
    return Uni.createFrom()
        .item(
            () -> {
              List<Addressed> commands = new ArrayList<>(seats.size());
              seats.forEach(
                  (id, seat) -> {
                    SubtaskLine line = tables.subtask(id);
                    if (mayGo(line)) {
                      commands.add(send(line, seat, dispatcher));
                    }
                  });
              return commands;
            });
  }

  private boolean mayGo(SubtaskLine line) {
    return tables.task(line.taskId).state() != TaskState.PAUSED
        || tables.has(Fault.PAUSED_IS_DISPATCHED);
  }

  private Addressed send(SubtaskLine line, Seat seat, String dispatcher) {
    tables.change(line).worker = seat.worker();
    line.dispatcher = dispatcher;
    line.dispatchedAt = tables.millis();
    if (line.fence == 0 || !tables.has(Fault.A_FENCE_IS_GIVEN_TWICE)) {
      line.fence = tables.nextFence();
    }
    return new Addressed(command(line), line.pool, seat.partition());
  }

  private SubtaskCommand command(SubtaskLine line) {
    boolean bringsBack = line.status.bringsBack();
    SubtaskKind kind = bringsBack ? SubtaskKind.START_ALL : line.node.kind();
    Duration left =
        line.deadline == null
            ? SubtaskText.of(kind).timeout()
            : Duration.between(tables.now(), line.deadline);
    TaskLine task = tables.task(line.taskId);
    return new SubtaskCommand(
        MemoryHosts.INSTALL,
        line.taskId,
        line.id,
        line.attempt,
        line.fence,
        kind,
        bringsBack,
        MemoryHosts.target(line.node.hostId()),
        task.origin.process(),
        json.read(recorded(line), AgentState.class),
        Math.max(0, left.toMillis()),
        task.origin.traceparent());
  }

  private String recorded(SubtaskLine line) {
    SubtaskLine prepare = tables.subtask(line.first + line.node.prepare());
    if (prepare == line || !line.status.bringsBack() && isBehindSkippedStop(line)) {
      return null;
    }
    return prepare.observed;
  }

  private boolean isBehindSkippedStop(SubtaskLine line) {
    if (line.predecessor() == null) {
      return false;
    }
    SubtaskLine before = tables.subtask(line.predecessor());
    return before.operation == SubtaskOperation.SKIP && before.node.kind() == SubtaskKind.STOP_ALL;
  }

  @Override
  public Uni<List<Waiting>> waiting(Tx tx, Collection<String> pools, int limit) {
    return Uni.createFrom()
        .item(
            () -> {
              List<Waiting> found = new ArrayList<>();
              for (SubtaskLine line : tables.subtasks) {
                if (line != null
                    && line.status.isQueued()
                    && line.worker == null
                    && pools.contains(line.pool)
                    && mayGo(line)
                    && found.size() < limit) {
                  found.add(new Waiting(line.id, line.pool));
                }
              }
              return found;
            });
  }
}

package dev.relight.controlplane.store;

import dev.relight.controlplane.plan.SubtaskText;
import dev.relight.controlplane.task.SubtaskState;
import dev.relight.model.AgentState;
import dev.relight.model.HostTarget;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.model.TaskStatus;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns queued subtasks into commands: each dispatch writes a new fence, then may be published. */
@ApplicationScoped
public class Dispatches {
  private static final String DISPATCH =
      """
      update subtask s set worker = d.worker, dispatcher = $3, fence = nextval('fence'), dispatched_at = now()
      from unnest($1::bigint[], $2::text[]) as d(id, worker), host h, task t
      where s.id = d.id and h.id = s.host_id and t.id = s.task_id
        -- Looked at again, as it may have been paused since the subtask was found.
        and t.status <> $4
      returning s.id, s.task_id, s.kind, s.status, s.attempt, s.fence, s.deadline, now() as now,
          h.id as host_id, h.inner_ip_address, h.ssh_port, h.profile, h.agent_home, h.credential,
          s.pool, t.process, t.traceparent,
          (select p.observed from subtask p where p.id = s.prepare and p.id <> s.id
            -- Behind a stop that was skipped the old processes may well run.
            and (s.status = any($5) or not exists (
              select from subtask q where q.id = s.predecessor
                and q.operation = 'SKIP' and q.kind = 'STOP_ALL'))) as recorded,
          (select i.id from installation i) as install
      """;

  private static final String WAITING =
      "select s.id, s.pool from subtask s join task t on t.id = s.task_id where "
          + Subtasks.IS_LIVE
          + """
        and s.status = any($1) and s.worker is null and s.pool = any($2) and t.status <> $4
      order by s.id limit $3 for update of s skip locked
      """;

  /** A command on its way, and where it goes. */
  public record Addressed(SubtaskCommand command, String pool, int partition) {}

  /** Where a command is sent: a partition that the worker reads now. */
  public record Seat(String worker, int partition) {}

  /** A queued subtask that no worker was found for yet. */
  public record Waiting(long id, String pool) {}

  private final Json json;

  Dispatches(Json json) {
    this.json = json;
  }

  /** Writes a new fence for each of the queued subtasks and answers their commands. */
  public Uni<List<Addressed>> dispatch(Tx tx, Map<Long, Seat> seats, String dispatcher) {
    if (seats.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    Map<Long, Seat> bySubtask = new HashMap<>(seats);
    Long[] ids = bySubtask.keySet().toArray(Long[]::new);
    String[] workers = new String[ids.length];
    for (int i = 0; i < ids.length; i++) {
      workers[i] = bySubtask.get(ids[i]).worker();
    }
    return tx.query(
            DISPATCH,
            Tuple.tuple()
                .addArrayOfLong(ids)
                .addArrayOfString(workers)
                .addString(dispatcher)
                .addString(TaskStatus.PAUSED.name())
                .addArrayOfString(SubtaskState.names(SubtaskState::bringsBack)))
        .map(
            rows -> {
              List<Addressed> commands = new ArrayList<>(rows.size());
              for (Row row : rows) {
                commands.add(
                    new Addressed(
                        command(row),
                        row.getString("pool"),
                        bySubtask.get(row.getLong("id")).partition()));
              }
              return commands;
            });
  }

  /**
   * Locks up to {@code limit} queued subtasks that wait for a worker of the pools, oldest first.
   */
  public Uni<List<Waiting>> waiting(Tx tx, Collection<String> pools, int limit) {
    return tx.query(
            WAITING,
            Tuple.of(
                SubtaskState.names(SubtaskState::isQueued),
                pools.toArray(String[]::new),
                limit,
                TaskStatus.PAUSED.name()))
        .map(
            rows -> {
              List<Waiting> found = new ArrayList<>(rows.size());
              for (Row row : rows) {
                found.add(new Waiting(row.getLong("id"), row.getString("pool")));
              }
              return found;
            });
  }

  private SubtaskCommand command(Row row) {
    boolean compensation = SubtaskState.valueOf(row.getString("status")).bringsBack();
    SubtaskKind kind =
        compensation ? SubtaskKind.START_ALL : SubtaskKind.valueOf(row.getString("kind"));
    OffsetDateTime deadline = row.getOffsetDateTime("deadline");
    Duration left =
        deadline == null
            ? SubtaskText.of(kind).timeout()
            : Duration.between(row.getOffsetDateTime("now"), deadline);
    HostTarget host = Hosts.Reach.of(row.getLong("host_id"), row).target();
    return new SubtaskCommand(
        row.getString("install"),
        row.getLong("task_id"),
        row.getLong("id"),
        row.getInteger("attempt"),
        row.getLong("fence"),
        kind,
        compensation,
        host,
        row.getString("process"),
        json.read(row.getString("recorded"), AgentState.class),
        Math.max(0, left.toMillis()),
        row.getString("traceparent"));
  }
}

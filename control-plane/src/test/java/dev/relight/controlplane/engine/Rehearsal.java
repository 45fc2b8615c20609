package dev.relight.controlplane.engine;

import static org.awaitility.Awaitility.await;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.task.Refusal;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.TaskStatus;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/** What tests of the engine need: hosts, workers that do as they are told, a look at the tables. */
@ApplicationScoped
class Rehearsal {
  static final Duration LONG = Duration.ofSeconds(60);
  static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final SubmitTask submitTask;
  private final AwaitTask awaitTask;
  private final Pool pool;
  private final List<ScriptedWorker> workers = new ArrayList<>();

  Rehearsal(SubmitTask submitTask, AwaitTask awaitTask, Pool pool) {
    this.submitTask = submitTask;
    this.awaitTask = awaitTask;
    this.pool = pool;
  }

  /** Leaves nothing of a test that the next one's workers could be given. */
  void clear() throws InterruptedException {
    for (ScriptedWorker worker : workers) {
      worker.stop();
    }
    workers.clear();
    for (String table : List.of("subtask", "task", "host_lock")) {
      update("delete from " + table);
    }
  }

  ScriptedWorker worker(BiConsumer<ScriptedWorker, SubtaskCommand> script) {
    return worker(script, null);
  }

  /** Known to the control plane when this returns; {@code other} is not given anything more. */
  ScriptedWorker worker(BiConsumer<ScriptedWorker, SubtaskCommand> script, ScriptedWorker other) {
    ScriptedWorker worker = new ScriptedWorker("worker", "default", script);
    workers.add(worker);
    if (other != null) {
      other.offer(0);
    }
    await().atMost(LONG).until(worker::isAcknowledged);
    return worker;
  }

  SubmittedTask submit(TaskKind kind, List<Long> hosts) {
    try {
      return submitTask
          .submit(new TaskRequest(kind, hosts, null, 100, "admin", "127.0.0.1", TRACEPARENT))
          .await()
          .atMost(LONG);
    } catch (CompletionException e) {
      throw e.getCause() instanceof Refusal refusal ? refusal : e;
    }
  }

  TaskStatus end(SubmittedTask task) {
    return awaitTask.await(task.id(), LONG).await().indefinitely().orElseThrow().status();
  }

  /** The task's status and operation, as in {@code RUNNING/EXECUTE}. */
  String status(SubmittedTask task) {
    return text("select status || '/' || operation from task where id = " + task.id());
  }

  String text(String sql) {
    return pool.query(sql)
        .execute()
        .toCompletionStage()
        .toCompletableFuture()
        .join()
        .iterator()
        .next()
        .getString(0);
  }

  List<Long> hosts(int count) {
    return IntStream.range(0, count).mapToObj(i -> host()).toList();
  }

  private long host() {
    return pool.preparedQuery(
            """
            with h as (insert into host (name, inner_ip_address, profile, agent_home, credential)
              values ($1, $1, 'noop', '/', 'none') returning id)
            insert into agent (host_id) select id from h returning host_id
            """)
        .execute(Tuple.of(UUID.randomUUID().toString()))
        .toCompletionStage()
        .toCompletableFuture()
        .join()
        .iterator()
        .next()
        .getLong(0);
  }

  /** As if its user had removed it. */
  void remove(long host) {
    update("delete from agent where host_id = " + host);
    update("delete from host where id = " + host);
  }

  long count(String sql) {
    return pool.query(sql)
        .execute()
        .toCompletionStage()
        .toCompletableFuture()
        .join()
        .iterator()
        .next()
        .getLong(0);
  }

  /** How many of the task's subtasks are as the condition says. */
  long count(String condition, SubmittedTask task) {
    return count(
        "select count(*) from subtask where (" + condition + ") and task_id = " + task.id());
  }

  void update(String sql) {
    pool.query(sql).execute().toCompletionStage().toCompletableFuture().join();
  }

  /** How many numbers are missing, or there twice, in the sequences of the task's events. */
  long gaps(SubmittedTask task) {
    return count(
        """
        select coalesce(sum(gap), 0)::bigint from (
          select max(sequence) - count(distinct sequence) + count(*) - count(distinct sequence)
            as gap
          from event where task_id = %d group by of_subtask) as topic
        """
            .formatted(task.id()));
  }
}

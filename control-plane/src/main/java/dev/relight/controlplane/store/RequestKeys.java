package dev.relight.controlplane.store;

import dev.relight.controlplane.plan.TaskKind;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** Which task was made under which Idempotency-Key; a key has at most one. */
@ApplicationScoped
public class RequestKeys {
  // Waits for whoever is making a task under the key at this moment. An old row is as good as none.
  private static final String CLAIM =
      """
      insert into request_key as k (user_id, key, request) values ($1, $2, $3)
      on conflict (user_id, key) do update
        set request = excluded.request, task_id = null, create_time = now()
        where k.create_time <= now() - $4::bigint * interval '1 millisecond'
      """;

  private static final String COMPLETE =
      "update request_key set task_id = $3 where user_id = $1 and key = $2";

  private static final String FIND =
      """
      select k.request, t.id, t.kind, t.host_ids, t.first_subtask_id, t.create_time, t.creator_id,
          t.creator, t.executor, t.process, t.traceparent
      from request_key k join task t on t.id = k.task_id
      where k.user_id = $1 and k.key = $2
        and k.create_time > now() - $3::bigint * interval '1 millisecond'
      """;

  private static final String FORGET =
      """
      delete from request_key k using (
        select user_id, key from request_key
        where create_time <= now() - $1::bigint * interval '1 millisecond'
        order by create_time limit $2 for update skip locked) as old
      where k.user_id = old.user_id and k.key = old.key
      """;

  /**
   * The key of one request.
   *
   * @param userId a user's keys are its own
   * @param key as the client chose it
   * @param request a digest of the request; the same request has the same
   */
  public record Key(long userId, String key, String request) {}

  /** A task that was made under a key, and the digest of the request that made it. */
  public record Kept(
      String request,
      long taskId,
      TaskKind kind,
      List<Long> hostIds,
      long firstSubtaskId,
      OffsetDateTime createTime,
      Tasks.Origin origin) {

    static Kept of(Row row) {
      return new Kept(
          row.getString("request"),
          row.getLong("id"),
          TaskKind.valueOf(row.getString("kind")),
          List.of(row.getArrayOfLongs("host_ids")),
          row.getLong("first_subtask_id"),
          row.getOffsetDateTime("create_time"),
          new Tasks.Origin(
              row.getLong("creator_id"),
              row.getString("creator"),
              row.getString("executor"),
              row.getString("process"),
              row.getString("traceparent")));
    }
  }

  private final Transactions transactions;

  RequestKeys(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Takes the key for this transaction; false where a task was made under it. */
  public Uni<Boolean> claim(Tx tx, Key key, Duration lifetime) {
    return tx.update(CLAIM, Tuple.of(key.userId(), key.key(), key.request(), lifetime.toMillis()))
        .map(rows -> rows == 1);
  }

  /** Writes down which task was made under a claimed key. */
  public Uni<Integer> complete(Tx tx, Key key, long taskId) {
    return tx.update(COMPLETE, Tuple.of(key.userId(), key.key(), taskId));
  }

  /** The task that was made under the key, as this transaction sees it. */
  public Uni<Optional<Kept>> find(Tx tx, Key key, Duration lifetime) {
    return tx.query(FIND, wanted(key, lifetime)).map(RequestKeys::first);
  }

  /** The task that was made under the key by now. */
  public Uni<Optional<Kept>> find(Key key, Duration lifetime) {
    return transactions.query(FIND, wanted(key, lifetime)).map(RequestKeys::first);
  }

  /** Forgets keys that are older, at most {@code limit}; says how many they were. */
  public Uni<Integer> forget(Duration lifetime, int limit) {
    return transactions.query(FORGET, Tuple.of(lifetime.toMillis(), limit)).map(RowSet::rowCount);
  }

  private static Tuple wanted(Key key, Duration lifetime) {
    return Tuple.of(key.userId(), key.key(), lifetime.toMillis());
  }

  private static Optional<Kept> first(RowSet<Row> rows) {
    return rows.size() == 0 ? Optional.empty() : Optional.of(Kept.of(rows.iterator().next()));
  }
}

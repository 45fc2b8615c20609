package dev.relight.controlplane.store;

import dev.relight.controlplane.PageRequest;
import dev.relight.controlplane.Slice;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Who asked for which change, from where, and what became of it. */
@ApplicationScoped
public class AuditEvents {
  // What is done to a task is done to its hosts.
  private static final String APPEND =
      """
      insert into audit_event (user_id, user_name, operation, path, host_ids, task_id, address,
          status, code, message, trace_id)
      select n.user_id, n.user_name, n.operation, n.path,
          case when n.host_ids <> '{}' then n.host_ids::bigint[]
            else coalesce((select t.host_ids from task t where t.id = n.task_id), '{}') end,
          n.task_id, n.address, n.status, n.code, n.message, n.trace_id
      from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
          $7::text[], $8::int[], $9::int[], $10::text[], $11::text[])
        as n(user_id, user_name, operation, path, host_ids, task_id, address, status, code, message,
             trace_id)
      """;

  // The first event of a task is that of the request that made it.
  private static final String AMEND =
      """
      update audit_event set status = $2, code = $3, message = $4
      where id = (select min(id) from audit_event where task_id = $1)
      """;

  private static final String MATCHING =
      """
      where ($1::text is null or user_name = $1)
        and ($2::text is null or strpos(lower(operation), lower($2)) > 0)
        and ($3::bigint is null or $3 = any(host_ids))
        and ($4::bigint is null or task_id = $4)
        and ($5::timestamptz is null or at >= $5)
        and ($6::timestamptz is null or at < $6)
        and ($7::text is null or trace_id = $7)
      """;

  private static final String COUNT = "select count(*) from audit_event " + MATCHING;
  private static final String PAGE =
      "select * from audit_event " + MATCHING + "order by %s %s, id %2$s limit $8 offset $9";

  private static final String FORGET =
      """
      delete from audit_event a using (
        select id from audit_event where at < now() - $1::bigint * interval '1 millisecond'
        order by at limit $2 for update skip locked) as old
      where a.id = old.id
      """;

  // Whoever need not log in could fill the database.
  private static final String FORGET_STRANGERS =
      """
      delete from audit_event a using (
        select id from audit_event where user_id is null and id <= (
          select id from audit_event where user_id is null order by id desc offset $1 limit 1)
        order by id limit $2 for update skip locked) as old
      where a.id = old.id
      """;

  private static final Map<String, String> SORT_COLUMNS = Map.of("id", "id", "time", "at");

  /** What events can be sorted by. */
  public static final Set<String> SORT_FIELDS = SORT_COLUMNS.keySet();

  /**
   * A request and what became of it.
   *
   * @param userId null where nobody known has asked
   * @param user name of the user, or null
   * @param operation method and path, with the names of its parameters
   * @param path as it was asked for
   * @param hostIds the hosts that it was about, as far as it was read
   * @param taskId the task that it made or was about, or null
   * @param address of the client
   * @param status the HTTP status of the answer
   * @param code the error's code, null without one
   * @param message the error's message, null without one
   * @param traceId the trace of the request
   */
  public record Entry(
      Long userId,
      String user,
      String operation,
      String path,
      List<Long> hostIds,
      Long taskId,
      String address,
      int status,
      Integer code,
      String message,
      String traceId) {

    /** The same of this task. */
    public Entry of(long task) {
      return new Entry(
          userId, user, operation, path, hostIds, task, address, status, code, message, traceId);
    }
  }

  /** An entry as it was stored. */
  public record Stored(long id, OffsetDateTime at, Entry entry) {
    static Stored of(Row row) {
      return new Stored(
          row.getLong("id"),
          row.getOffsetDateTime("at"),
          new Entry(
              row.getLong("user_id"),
              row.getString("user_name"),
              row.getString("operation"),
              row.getString("path"),
              List.of(row.getArrayOfLongs("host_ids")),
              row.getLong("task_id"),
              row.getString("address"),
              row.getInteger("status"),
              row.getInteger("code"),
              row.getString("message"),
              row.getString("trace_id")));
    }
  }

  /**
   * Which events are wanted; what is null lets all through.
   *
   * @param operation part of the operation, in any case
   * @param to without events of this very time
   */
  public record Filter(
      String user,
      String operation,
      Long hostId,
      Long taskId,
      OffsetDateTime from,
      OffsetDateTime to,
      String traceId) {
    private Tuple parameters() {
      return Tuple.from(Arrays.asList(user, operation, hostId, taskId, from, to, traceId));
    }
  }

  private final Transactions transactions;

  AuditEvents(Transactions transactions) {
    this.transactions = transactions;
  }

  /** In the transaction that does what is told of. */
  public Uni<Integer> append(Tx tx, List<Entry> entries) {
    return entries.isEmpty() ? Uni.createFrom().item(0) : tx.update(APPEND, parameters(entries));
  }

  /** By themselves: all of them, or none. */
  public Uni<Integer> append(List<Entry> entries) {
    return transactions.query(APPEND, parameters(entries)).map(RowSet::rowCount);
  }

  /** Corrects how the request was answered that made the task. */
  public Uni<Integer> amend(long taskId, int status, Integer code, String message) {
    return transactions.query(AMEND, Tuple.of(taskId, status, code, message)).map(RowSet::rowCount);
  }

  /** A page of the events that the filter lets through. */
  public Uni<Slice<Stored>> events(Filter filter, PageRequest page) {
    String sql =
        PAGE.formatted(SORT_COLUMNS.get(page.sortField()), page.descending() ? "desc" : "asc");
    Tuple parameters = filter.parameters().addInteger(page.size()).addLong(page.offset());
    return transactions
        .list(COUNT, filter.parameters(), row -> row.getLong(0))
        .chain(
            total ->
                transactions
                    .list(sql, parameters, Stored::of)
                    .map(contents -> new Slice<>(contents, total.get(0))));
  }

  /** Forgets what is older, at most {@code limit} events; says how many they were. */
  public Uni<Integer> forget(Duration age, int limit) {
    return transactions.query(FORGET, Tuple.of(age.toMillis(), limit)).map(RowSet::rowCount);
  }

  /** Forgets of those whom nobody knows all but the newest, at most {@code limit} at a time. */
  public Uni<Integer> forgetStrangers(int newest, int limit) {
    return transactions.query(FORGET_STRANGERS, Tuple.of(newest, limit)).map(RowSet::rowCount);
  }

  private static Tuple parameters(List<Entry> entries) {
    return Tuple.tuple()
        .addArrayOfLong(entries.stream().map(Entry::userId).toArray(Long[]::new))
        .addArrayOfString(strings(entries, Entry::user))
        .addArrayOfString(strings(entries, Entry::operation))
        .addArrayOfString(strings(entries, Entry::path))
        .addArrayOfString(strings(entries, entry -> ArrayLiteral.of(entry.hostIds())))
        .addArrayOfLong(entries.stream().map(Entry::taskId).toArray(Long[]::new))
        .addArrayOfString(strings(entries, Entry::address))
        .addArrayOfInteger(entries.stream().map(Entry::status).toArray(Integer[]::new))
        .addArrayOfInteger(entries.stream().map(Entry::code).toArray(Integer[]::new))
        .addArrayOfString(strings(entries, Entry::message))
        .addArrayOfString(strings(entries, Entry::traceId));
  }

  private static String[] strings(List<Entry> entries, Function<Entry, String> value) {
    return entries.stream().map(value).toArray(String[]::new);
  }
}

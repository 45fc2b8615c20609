package dev.relight.controlplane.store;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The events of all transitions, written with them and read for publishing.
 *
 * <p>One control plane at a time holds the outbox. It reads in the order (transaction, row) and
 * only below the oldest transaction that is still open, so that no row ever turns up behind it.
 */
@ApplicationScoped
public class Events {
  private static final String APPEND =
      """
      insert into event (task_id, of_subtask, sequence, version, data, traceparent)
      select * from unnest($1::bigint[], $2::boolean[], $3::bigint[], $4::bigint[], $5::text[],
          $6::text[])
      """;

  private static final String HOLD =
      """
      update outbox set owner = $1, lease_until = now() + $2::bigint * interval '1 millisecond'
      where owner = $1 or lease_until < now()
      returning tx::text as tx, id
      """;

  private static final String AFTER =
      """
      select e.tx::text as tx, e.id, e.task_id, e.of_subtask, e.sequence, e.version, e.data,
          e.traceparent, e.at
      from event e
      where (e.tx, e.id) > ($1::text::xid8, $2)
        and e.tx < pg_snapshot_xmin(pg_current_snapshot())
      order by e.tx, e.id limit $3
      """;

  private static final String ADVANCE =
      "update outbox set tx = $2::text::xid8, id = $3 where owner = $1";

  private static final String LET_GO =
      "update outbox set owner = null, lease_until = '-infinity' where owner = $1";

  /** A new event. */
  public record Entry(
      long taskId,
      boolean ofSubtask,
      long sequence,
      long version,
      String data,
      String traceparent) {}

  /** How far the publisher came. */
  public record Position(String tx, long id) {}

  /** An event as it was stored. */
  public record Stored(Position position, Entry entry, OffsetDateTime at) {}

  private final Transactions transactions;

  Events(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Appends the events in the given order. */
  public Uni<Integer> append(Tx tx, List<Entry> entries) {
    if (entries.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    return tx.update(
        APPEND,
        Tuple.tuple()
            .addArrayOfLong(longs(entries, Entry::taskId))
            .addArrayOfBoolean(entries.stream().map(Entry::ofSubtask).toArray(Boolean[]::new))
            .addArrayOfLong(longs(entries, Entry::sequence))
            .addArrayOfLong(longs(entries, Entry::version))
            .addArrayOfString(entries.stream().map(Entry::data).toArray(String[]::new))
            .addArrayOfString(entries.stream().map(Entry::traceparent).toArray(String[]::new)));
  }

  /** Takes or keeps the outbox for {@code lease}; nothing where another control plane has it. */
  public Uni<Optional<Position>> hold(String owner, Duration lease) {
    return transactions
        .query(HOLD, Tuple.of(owner, lease.toMillis()))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(position(rows.iterator().next())));
  }

  /** The next events behind a position, oldest first. */
  public Uni<List<Stored>> after(Position position, int limit) {
    return transactions
        .query(AFTER, Tuple.of(position.tx(), position.id(), limit))
        .map(
            rows -> {
              List<Stored> events = new ArrayList<>(rows.size());
              for (Row row : rows) {
                events.add(stored(row));
              }
              return events;
            });
  }

  /** Everything up to the position has been acknowledged by the broker. */
  public Uni<Integer> advance(String owner, Position position) {
    return transactions
        .query(ADVANCE, Tuple.of(owner, position.tx(), position.id()))
        .map(RowSet::rowCount);
  }

  /** Lets another control plane go on at once. */
  public Uni<Integer> letGo(String owner) {
    return transactions.query(LET_GO, Tuple.of(owner)).map(RowSet::rowCount);
  }

  private static Stored stored(Row row) {
    return new Stored(
        position(row),
        new Entry(
            row.getLong("task_id"),
            row.getBoolean("of_subtask"),
            row.getLong("sequence"),
            row.getLong("version"),
            row.getString("data"),
            row.getString("traceparent")),
        row.getOffsetDateTime("at"));
  }

  private static Position position(Row row) {
    return new Position(row.getString("tx"), row.getLong("id"));
  }

  private static Long[] longs(List<Entry> entries, Function<Entry, Long> value) {
    return entries.stream().map(value).toArray(Long[]::new);
  }
}

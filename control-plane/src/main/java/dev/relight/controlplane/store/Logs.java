package dev.relight.controlplane.store;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The logs of attempts, in the order in which workers sent them. However much a host prints, an
 * attempt keeps no more than it may; of the rest it is counted how much it was.
 */
@ApplicationScoped
public class Logs {
  // One row for each attempt of a batch, as its subtask is locked; the totals are on the last row.
  private static final String APPEND =
      """
      with entry as materialized (
        select n.subtask_id, n.attempt, n.header, n.lines, n.line_count, last.id as last_id,
            coalesce(last.left_out, 0) > 0 as is_full,
            coalesce(last.total_lines, 0) as total_lines,
            coalesce(last.total_bytes, 0) as total_bytes
        from unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::int[])
            as n(subtask_id, attempt, header, lines, line_count)
          left join lateral (
            select * from subtask_log l where l.subtask_id = n.subtask_id order by l.id desc limit 1
          ) as last on last.attempt = n.attempt),
      more as (
        update subtask_log l set left_out = l.left_out + e.line_count
        from entry e where e.is_full and l.subtask_id = e.subtask_id and l.id = e.last_id)
      insert into subtask_log (subtask_id, attempt, lines, total_lines, total_bytes, left_out)
      select e.subtask_id, e.attempt, e.header || kept.lines, e.total_lines + kept.line_count,
          e.total_bytes + octet_length(kept.lines), e.line_count - kept.line_count
      from entry e cross join lateral (
        select e.lines, e.line_count
        where e.total_lines + e.line_count <= $6
          and e.total_bytes + octet_length(e.lines) <= $7
        union all
        select coalesce(string_agg(s.line || E'\\n', '' order by s.number), ''), count(*)::int
        from (
          select line, number, sum(octet_length(line) + 1) over (order by number) as bytes
          from unnest(string_to_array(left(e.lines, -1), E'\\n')) with ordinality as l(line, number)
        ) as s
        where e.total_lines + s.number <= $6 and e.total_bytes + s.bytes <= $7
        having e.total_lines + e.line_count > $6
          or e.total_bytes + octet_length(e.lines) > $7
      ) as kept
      where not e.is_full
      """;

  private static final String AFTER =
      """
      select id, attempt, lines, left_out from subtask_log
      where subtask_id = $1 and id > $2 order by id limit $3
      """;

  /**
   * What there is to say of one attempt.
   *
   * @param header what its log begins with, if it begins here; else empty
   * @param text lines, each ended by a newline
   */
  public record Lines(long subtaskId, int attempt, String header, String text) {}

  /**
   * A piece of a subtask's log.
   *
   * @param id pieces are read in the order of their ids
   * @param text whole lines
   * @param leftOut how many lines did not fit behind it
   */
  public record Piece(long id, String text, int leftOut) {
    static Piece of(Row row) {
      return new Piece(row.getLong("id"), row.getString("lines"), row.getInteger("left_out"));
    }
  }

  private record Attempt(long subtaskId, int number) {}

  private final Transactions transactions;
  private final LogConfig config;

  Logs(Transactions transactions, LogConfig config) {
    this.transactions = transactions;
    this.config = config;
  }

  /** Appends the lines in the given order; their subtasks are locked. */
  public Uni<Integer> append(Tx tx, List<Lines> lines) {
    if (lines.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    Map<Attempt, Lines> attempts = new LinkedHashMap<>();
    lines.forEach(
        some ->
            attempts.merge(new Attempt(some.subtaskId(), some.attempt()), some, Logs::together));
    List<Lines> entries = new ArrayList<>(attempts.values());
    return tx.update(
        APPEND,
        Tuple.tuple()
            .addArrayOfLong(entries.stream().map(Lines::subtaskId).toArray(Long[]::new))
            .addArrayOfInteger(entries.stream().map(Lines::attempt).toArray(Integer[]::new))
            .addArrayOfString(entries.stream().map(Lines::header).toArray(String[]::new))
            .addArrayOfString(entries.stream().map(Lines::text).toArray(String[]::new))
            .addArrayOfInteger(entries.stream().map(Logs::count).toArray(Integer[]::new))
            .addInteger(config.maxLines())
            .addInteger((int) config.maxSize().asLongValue()));
  }

  /** The next pieces of a subtask's log behind the piece with this id, which is 0 at first. */
  public Uni<List<Piece>> after(long subtaskId, long id, int limit) {
    return transactions.list(AFTER, Tuple.of(subtaskId, id, limit), Piece::of);
  }

  private static Lines together(Lines first, Lines next) {
    return new Lines(
        first.subtaskId(),
        first.attempt(),
        first.header() + next.header(),
        first.text() + next.text());
  }

  private static int count(Lines lines) {
    return (int) lines.text().chars().filter(c -> c == '\n').count();
  }
}

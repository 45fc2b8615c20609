package dev.relight.controlplane.store;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The logs of attempts, in the order in which workers sent them. */
@ApplicationScoped
public class Logs {
  private static final String APPEND =
      """
      insert into subtask_log (subtask_id, attempt, lines)
      select * from unnest($1::bigint[], $2::int[], $3::text[])
      """;

  /** Some lines of one attempt, each ended by a newline. */
  public record Lines(long subtaskId, int attempt, String text) {}

  /** Appends the lines in the given order. */
  public Uni<Integer> append(Tx tx, List<Lines> lines) {
    if (lines.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    return tx.update(
        APPEND,
        Tuple.of(
            lines.stream().map(Lines::subtaskId).toArray(Long[]::new),
            lines.stream().map(Lines::attempt).toArray(Integer[]::new),
            lines.stream().map(Lines::text).toArray(String[]::new)));
  }
}

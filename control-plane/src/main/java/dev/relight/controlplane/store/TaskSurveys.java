package dev.relight.controlplane.store;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Remembers of long lists of tasks how long they were, and a way-mark at every 500th task. A survey
 * reads all of a list; so it is taken when the list is asked for first, and again in the background
 * when it is asked for and the last one is 10 s old, and 100 times as old as it took.
 */
@ApplicationScoped
class TaskSurveys {
  private static final Logger LOG = Logger.getLogger(TaskSurveys.class);
  private static final int REMEMBERED = 100;
  private static final int DISTANCE = 500;
  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final int TIMES_ITS_COST = 100;

  private static final String MARKS =
      """
      select position, key::text as key, id, (select max(id) from task) as last_id
      from (select row_number() over (order by %1$s, id) - 1 as position, %1$s as key, id
        from task where %2$s) as ranked
      where position %% %3$d = 0
      order by position
      """;

  private static final String REST = "select count(*) from task where %s and id <= %d";

  /**
   * A list, in ascending order.
   *
   * @param condition which tasks are in it
   * @param key what they are sorted by, before their ids
   */
  record Range(String condition, String key) {
    /** The part of it that begins at the mark. */
    String from(Mark mark) {
      return "%s and (%s, id) >= ('%s', %d)".formatted(condition, key, mark.key(), mark.id());
    }
  }

  /**
   * One task of a list.
   *
   * @param position how many are before it
   * @param key what it is sorted by, as PostgreSQL writes it
   */
  record Mark(long position, String key, long id, long lastId) {}

  /** What was found out about a list. */
  record Survey(
      List<Mark> marks, long total, Instant taken, Duration took, AtomicBoolean isRenewed) {
    /** No task of the list had a greater id. */
    long lastId() {
      return marks.get(0).lastId();
    }

    /** The last mark that is not behind this position. */
    Mark before(long position) {
      return marks.get((int) Math.min(marks.size() - 1L, position / DISTANCE));
    }

    private boolean isOld(Instant now) {
      Duration age = Duration.between(taken, now);
      return age.compareTo(FRESH) > 0 && age.compareTo(took.multipliedBy(TIMES_ITS_COST)) > 0;
    }
  }

  private final Transactions transactions;
  private final Clock clock;
  private final Map<Range, Uni<Survey>> surveys = new Recent();

  TaskSurveys(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /** The survey of a list that was long when somebody asked last. */
  Optional<Uni<Survey>> known(Range range) {
    synchronized (surveys) {
      return Optional.ofNullable(surveys.get(range))
          .map(survey -> survey.invoke(known -> renew(range, known)));
    }
  }

  /** A survey of a list that is long; several that ask for it at once wait for the same one. */
  Uni<Survey> take(Range range) {
    synchronized (surveys) {
      return surveys.computeIfAbsent(
          range,
          none ->
              survey(range).onFailure().invoke(failure -> forget(range)).memoize().indefinitely());
    }
  }

  private void renew(Range range, Survey old) {
    if (!old.isOld(clock.instant()) || !old.isRenewed().compareAndSet(false, true)) {
      return;
    }
    survey(range)
        .subscribe()
        .with(
            survey -> keep(range, survey),
            failure -> {
              LOG.debugf("A list of tasks could not be surveyed: %s", failure);
              forget(range);
            });
  }

  /** A list that has become short is counted each time. */
  private void keep(Range range, Survey survey) {
    synchronized (surveys) {
      if (survey.total() > TaskLists.SHORT) {
        surveys.put(range, Uni.createFrom().item(survey));
      } else {
        surveys.remove(range);
      }
    }
  }

  void forget(Range range) {
    synchronized (surveys) {
      surveys.remove(range);
    }
  }

  private Uni<Survey> survey(Range range) {
    return Uni.createFrom()
        .item(clock::instant)
        .chain(
            start ->
                transactions
                    .list(
                        MARKS.formatted(range.key(), range.condition(), DISTANCE),
                        TaskSurveys::mark)
                    .chain(marks -> survey(range, marks, start)));
  }

  private Uni<Survey> survey(Range range, List<Mark> marks, Instant start) {
    if (marks.isEmpty()) {
      return Uni.createFrom().failure(new IllegalStateException("The list has become empty"));
    }
    Mark last = marks.get(marks.size() - 1);
    return transactions
        .list(REST.formatted(range.from(last), last.lastId()), row -> row.getLong(0))
        .map(
            rest -> {
              Instant now = clock.instant();
              return new Survey(
                  marks,
                  last.position() + rest.get(0),
                  now,
                  Duration.between(start, now),
                  new AtomicBoolean());
            });
  }

  private static Mark mark(Row row) {
    return new Mark(
        row.getLong("position"), row.getString("key"), row.getLong("id"), row.getLong("last_id"));
  }

  private static final class Recent extends LinkedHashMap<Range, Uni<Survey>> {
    private static final long serialVersionUID = 1L;

    private Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Range, Uni<Survey>> eldest) {
      return size() > REMEMBERED;
    }
  }
}

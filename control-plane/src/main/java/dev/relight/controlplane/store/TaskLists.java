package dev.relight.controlplane.store;

import dev.relight.controlplane.PageRequest;
import dev.relight.controlplane.Slice;
import dev.relight.controlplane.plan.TaskKind;
import dev.relight.model.TaskStatus;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Pages of tasks, at the millionth as quickly as at the first. A short list is counted and sorted
 * as it is; of a long one, {@link TaskSurveys} knows about how long it is and where it goes on.
 * Every statement is planned for what it asks, as one plan cannot suit them all; so nothing in it
 * but numbers and names of constants comes from outside.
 */
@ApplicationScoped
public class TaskLists {
  /** Lists up to here are short: what they say is exact. */
  public static final int SHORT = 10_000;

  private static final Map<String, String> KEYS =
      Map.of(
          "id", "id",
          "status", "status",
          "startTime", "create_time",
          "finishTime", "coalesce(finish_time, 'infinity')");

  /** What tasks can be sorted by; those that have not ended come behind all that have. */
  public static final Set<String> SORT_FIELDS = KEYS.keySet();

  private static final String COUNT =
      "select count(*) from (select 1 from task where %s limit %d) as counted";

  // Materialized, as walking along the order of a list meets hardly any of a few.
  private static final String OF_FEW =
      "with found as materialized (select id, %s as key from task where %s)"
          + " select id, key from found order by key %s, id %3$s limit %d offset %d";

  private static final String OF_MANY =
      "select id, %1$s as key from task where %2$s"
          + " order by %1$s %3$s, id %3$s limit %4$d offset %5$d";

  private static final String PAGE =
      """
      select t.id, t.kind, t.status, t.operation, t.creator_id, t.creator, t.executor,
          t.first_subtask_id, t.subtask_count, t.create_time, t.finish_time
      from (%s) as page join task t on t.id = page.id
      order by page.key %s, page.id %2$s
      """;

  /**
   * Which tasks are wanted.
   *
   * @param kinds any of these
   * @param status null for all
   * @param hostId one of the task's hosts, null for all
   */
  public record Filter(Collection<TaskKind> kinds, TaskStatus status, Long hostId) {
    /** Says nothing that every task fulfils: the planner would take it for a choice. */
    String condition() {
      List<String> conditions = new ArrayList<>();
      if (kinds.size() < TaskKind.values().length) {
        conditions.add("kind in (%s)".formatted(names(kinds)));
      }
      if (status != null) {
        conditions.add("status = '%s'".formatted(status));
      } else if (!conditions.isEmpty()) {
        // The index has it between the kind and the id.
        conditions.add("status in (%s)".formatted(names(List.of(TaskStatus.values()))));
      }
      if (hostId != null) {
        conditions.add("host_ids @> '{%d}'::bigint[]".formatted(hostId));
      }
      return conditions.isEmpty() ? "true" : String.join(" and ", conditions);
    }

    private static String names(Collection<? extends Enum<?>> constants) {
      return constants.isEmpty()
          ? "null"
          : constants.stream()
              .map(constant -> "'" + constant.name() + "'")
              .collect(Collectors.joining(","));
    }
  }

  private final Transactions transactions;
  private final TaskSurveys surveys;

  TaskLists(Transactions transactions, TaskSurveys surveys) {
    this.transactions = transactions;
    this.surveys = surveys;
  }

  /** A page of the tasks that the filter lets through, and how many there are of them. */
  public Uni<Slice<StoredTask>> tasks(Filter filter, PageRequest page) {
    TaskSurveys.Range range = new TaskSurveys.Range(filter.condition(), KEYS.get(page.sortField()));
    return surveys
        .known(range)
        .map(
            survey ->
                survey.chain(
                    known ->
                        ofMany(range, known, page)
                            .chain(
                                found ->
                                    found.map(TaskLists::just).orElseGet(() -> anew(range, page)))))
        .orElseGet(() -> ofUnknown(range, page));
  }

  private Uni<Slice<StoredTask>> ofUnknown(TaskSurveys.Range range, PageRequest page) {
    return count(range.condition())
        .chain(count -> count <= SHORT ? ofFew(range, count, page) : surveyed(range, page));
  }

  private Uni<Slice<StoredTask>> surveyed(TaskSurveys.Range range, PageRequest page) {
    return surveys
        .take(range)
        .chain(survey -> page(ids(range, survey, survey.total(), page), page, survey.total()));
  }

  private Uni<Slice<StoredTask>> ofFew(TaskSurveys.Range range, long total, PageRequest page) {
    String ids =
        OF_FEW.formatted(
            range.key(), range.condition(), direction(page), page.size(), page.offset());
    return page(ids, page, total);
  }

  /** Nothing where the list has become much longer or shorter than what is known of it. */
  private Uni<Optional<Slice<StoredTask>>> ofMany(
      TaskSurveys.Range range, TaskSurveys.Survey survey, PageRequest page) {
    return count(range.condition() + " and id > " + survey.lastId())
        .chain(
            newer -> {
              long total = survey.total() + newer;
              return newer > SHORT
                  ? TaskLists.<Optional<Slice<StoredTask>>>just(Optional.empty())
                  : page(ids(range, survey, total, page), page, total)
                      .map(found -> Optional.of(found).filter(it -> !endsEarly(it, page)));
            });
  }

  private Uni<Slice<StoredTask>> anew(TaskSurveys.Range range, PageRequest page) {
    surveys.forget(range);
    return ofUnknown(range, page);
  }

  private static boolean endsEarly(Slice<StoredTask> found, PageRequest page) {
    int size = found.contents().size();
    return size < page.size() && page.offset() + size < found.total();
  }

  /** From the list's beginning where that is near, else from the way-mark before the page. */
  private static String ids(
      TaskSurveys.Range range, TaskSurveys.Survey survey, long total, PageRequest page) {
    if (page.offset() <= SHORT) {
      return OF_MANY.formatted(
          range.key(), range.condition(), direction(page), page.size(), page.offset());
    }
    long end = Math.max(0, page.descending() ? total - page.offset() : page.offset() + page.size());
    long first = Math.max(0, page.descending() ? end - page.size() : page.offset());
    TaskSurveys.Mark mark = survey.before(first);
    return OF_MANY.formatted(
        range.key(), range.from(mark), "asc", end - first, first - mark.position());
  }

  private Uni<Slice<StoredTask>> page(String ids, PageRequest page, long total) {
    return page.offset() >= total
        ? just(new Slice<>(List.of(), total))
        : transactions
            .list(PAGE.formatted(ids, direction(page)), StoredTask::of)
            .map(tasks -> new Slice<>(tasks, total));
  }

  private Uni<Long> count(String condition) {
    return transactions
        .list(COUNT.formatted(condition, SHORT + 1), row -> row.getLong(0))
        .map(rows -> rows.get(0));
  }

  private static <T> Uni<T> just(T item) {
    return Uni.createFrom().item(item);
  }

  private static String direction(PageRequest page) {
    return page.descending() ? "desc" : "asc";
  }
}

package dev.relight.controlplane.api;

import dev.relight.controlplane.PageRequest;
import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.store.StoredSubtask;
import dev.relight.controlplane.store.StoredTask;
import dev.relight.controlplane.store.TaskLists;
import dev.relight.controlplane.store.TaskReads;
import dev.relight.model.TaskStatus;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The tasks. Their answers may be large, so a worker thread reads and writes them piece by piece.
 */
@Path("/tasks/instances")
@Blocking
class TaskResource {
  private static final int TASKS_AT_ONCE = 50;
  private static final int SUBTASKS_IN_A_LIST = 100;

  private final TaskLists lists;
  private final TaskReads reads;
  private final TaskView view;
  private final TaskAccess access;

  TaskResource(TaskLists lists, TaskReads reads, TaskView view, TaskAccess access) {
    this.lists = lists;
    this.reads = reads;
    this.view = view;
    this.access = access;
  }

  /**
   * A page of the tasks, the newest first; each with at most 100 subtasks, those that failed first.
   * Up to 10,000 matching tasks are counted exactly. The total of more may be some seconds old as
   * to tasks that changed their status or were removed, and pages beyond the 10,000th task may be
   * shifted by as many tasks.
   *
   * @param name part of a task's name, in any case
   * @param type {@code MANUAL} is the type of all tasks
   * @param hostId of one of a task's hosts
   */
  @GET
  @RolesAllowed("TASK_VIEWER")
  public Uni<Listing<TaskSummary>> list(
      @QueryParam("name") @DefaultValue("") String name,
      @QueryParam("status") TaskStatus status,
      @QueryParam("type") @DefaultValue("MANUAL") String type,
      @QueryParam("hostId") Long hostId,
      @BeanParam Paging paging) {
    PageRequest page = paging.request(TaskLists.SORT_FIELDS, "id,desc");
    List<TaskKind> kinds = type.equals("MANUAL") ? named(name) : List.of();
    return lists
        .tasks(new TaskLists.Filter(kinds, status, hostId), page)
        .map(
            tasks -> Listing.of(() -> summaries(tasks.contents()).iterator(), tasks.total(), page));
  }

  /**
   * A task with all of its subtasks. Who asked for it may always see it; others need the role
   * TASK_VIEWER. 404 where there is no such task.
   */
  @GET
  @Path("/{taskId}")
  @Authenticated
  public Uni<TaskDetail> get(@PathParam("taskId") long taskId) {
    return reads.task(taskId).invoke(access::check).map(view::of);
  }

  private static List<TaskKind> named(String part) {
    String wanted = part.toLowerCase(Locale.ROOT);
    return Stream.of(TaskKind.values())
        .filter(kind -> kind.taskName().toLowerCase(Locale.ROOT).contains(wanted))
        .toList();
  }

  private Stream<TaskSummary> summaries(List<StoredTask> tasks) {
    return IntStream.iterate(0, from -> from < tasks.size(), from -> from + TASKS_AT_ONCE)
        .mapToObj(from -> tasks.subList(from, Math.min(from + TASKS_AT_ONCE, tasks.size())))
        .flatMap(this::summariesOf);
  }

  private Stream<TaskSummary> summariesOf(List<StoredTask> tasks) {
    List<Long> ids = tasks.stream().map(StoredTask::id).toList();
    Map<Long, List<StoredSubtask>> subtasks = Awaited.now(reads.subtasks(ids, SUBTASKS_IN_A_LIST));
    return tasks.stream()
        .map(task -> TaskSummary.of(task, subtasks.getOrDefault(task.id(), List.of())));
  }
}

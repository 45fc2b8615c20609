package dev.relight.controlplane.api;

import dev.relight.controlplane.engine.SubmittedTask;
import dev.relight.controlplane.security.Caller;
import dev.relight.controlplane.store.AuditEvents.Entry;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.reflect.Method;
import java.util.List;

/**
 * What the audit is to hear of the request that is being answered. Neither its body nor its query
 * is in it: those may hold secrets.
 */
@RequestScoped
class AuditNote {
  private static final int LONGEST = 500;

  private final Exchange exchange;
  private final ResourceInfo resource;
  private List<Long> hostIds = List.of();
  private Long taskId;
  private boolean kept;
  private boolean madeTask;

  AuditNote(Exchange exchange, ResourceInfo resource) {
    this.exchange = exchange;
    this.resource = resource;
  }

  void concerns(List<Long> hosts) {
    hostIds = hosts;
  }

  void concernsTask(long task) {
    taskId = task;
  }

  /** The answer's task; one that was made now was made together with its event. */
  void made(SubmittedTask task) {
    hostIds = task.request().hostIds();
    taskId = task.id();
    kept = !task.replayed();
    madeTask = kept;
  }

  /** An event was written, in the transaction that did what it tells of. */
  void keep() {
    kept = true;
  }

  /** Whether there is an event of this request already, which says that it succeeded. */
  boolean isKept() {
    return kept;
  }

  /** Whether that event is of a task, which goes on whatever is answered. */
  boolean hasMadeTask() {
    return madeTask;
  }

  /**
   * The event.
   *
   * @param caller null where nobody known has asked
   * @param problem null where nothing is wrong
   */
  Entry entry(Caller caller, int status, Problem problem) {
    return new Entry(
        caller == null ? null : caller.id(),
        caller == null ? null : caller.name(),
        exchange.method() + " " + template(),
        bounded(exchange.path()),
        hostIds,
        taskId,
        exchange.client(),
        status,
        problem == null ? null : problem.code(),
        problem == null ? null : bounded(problem.message()),
        exchange.trace().id());
  }

  /** The path as the resource declares it; a path that there is not stands for itself. */
  private String template() {
    Method method = resource.getResourceMethod();
    if (method == null) {
      return bounded(exchange.path());
    }
    Path own = method.getAnnotation(Path.class);
    return resource.getResourceClass().getAnnotation(Path.class).value()
        + (own == null ? "" : own.value());
  }

  static String bounded(String text) {
    String storable = text.replace("\0", "");
    return storable.length() <= LONGEST ? storable : storable.substring(0, LONGEST) + "…";
  }
}

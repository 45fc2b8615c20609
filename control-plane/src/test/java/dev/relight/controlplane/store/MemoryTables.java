package dev.relight.controlplane.store;

import dev.relight.controlplane.store.Events.Entry;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The engine's tables, held by one thread. A transaction sees what it has written, and leaves
 * nothing of it when it fails; none runs beside another.
 */
public final class MemoryTables {
  private static final OffsetDateTime ZERO =
      OffsetDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  /** A line of a table. */
  abstract static class Line<L extends Line<L>> implements Cloneable {
    private long touchedBy;

    abstract void restore(L before);

    @SuppressWarnings("unchecked")
    L copy() {
      try {
        return (L) clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** What a transaction has done to a subtask; {@code before} is null where it has made it. */
  public record Change(SubtaskLine before, SubtaskLine after) {}

  /** Of a control plane; how many partitions of reports it has read, of how many. */
  record Lease(long until, int partitions, int ofPartitions) {}

  /** Looks at every transaction that is committed. */
  public interface Auditor {
    void committed(List<Change> changes, List<Entry> events);
  }

  private final LongSupplier millis;
  private final Set<Fault> faults;
  final List<TaskLine> tasks = new ArrayList<>();
  final List<SubtaskLine> subtasks = new ArrayList<>();
  final Map<Long, HostLine> hosts = new HashMap<>();
  final Map<String, Long> leases = new HashMap<>();
  final Map<String, Lease> controlPlanes = new HashMap<>();
  private final List<Entry> events = new ArrayList<>();
  private final List<Runnable> undo = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private Auditor auditor = (changed, told) -> {};
  private long firstTask = 1;
  private long firstSubtask = 1;
  private long fence = -1;
  private long transaction;
  private int eventsBefore;

  /** With a clock in milliseconds, and the guards that are broken. */
  public MemoryTables(LongSupplier millis, Set<Fault> faults) {
    this.millis = millis;
    this.faults = faults;
  }

  public void audit(Auditor by) {
    auditor = by;
  }

  /** Numbers tasks and subtasks from there, as another database does. */
  public void number(long fromTask, long fromSubtask) {
    firstTask = fromTask;
    firstSubtask = fromSubtask;
  }

  public void addHost(long id) {
    hosts.put(id, new HostLine(id));
  }

  boolean has(Fault fault) {
    return !faults.isEmpty() && faults.contains(fault);
  }

  long millis() {
    return millis.getAsLong();
  }

  OffsetDateTime now() {
    return ZERO.plus(millis(), ChronoUnit.MILLIS);
  }

  void begin() {
    transaction++;
    undo.clear();
    changes.clear();
    eventsBefore = events.size();
  }

  void commit() {
    auditor.committed(changes, events.subList(eventsBefore, events.size()));
  }

  void rollBack() {
    if (has(Fault.A_FAILURE_KEEPS_ITS_CHANGES)) {
      return;
    }
    for (int i = undo.size() - 1; i >= 0; i--) {
      undo.get(i).run();
    }
    events.subList(eventsBefore, events.size()).clear();
  }

  /** To be called before a line is changed. */
  private <L extends Line<L>> L touch(L line) {
    if (((Line<L>) line).touchedBy < transaction) {
      ((Line<L>) line).touchedBy = transaction;
      L before = line.copy();
      undo.add(() -> line.restore(before));
    }
    return line;
  }

  SubtaskLine change(SubtaskLine line) {
    if (((Line<?>) line).touchedBy < transaction) {
      changes.add(new Change(line.copy(), line));
    }
    return touch(line);
  }

  TaskLine change(TaskLine line) {
    return touch(line);
  }

  HostLine change(HostLine line) {
    return touch(line);
  }

  /** As with a sequence, the number of a task that was rolled back is not given again. */
  void add(TaskLine line) {
    tasks.add(line);
    int index = tasks.size() - 1;
    undo.add(() -> tasks.set(index, null));
  }

  /** In the place that was kept for it. */
  void add(SubtaskLine line) {
    ((Line<?>) line).touchedBy = transaction;
    int index = (int) (line.id - firstSubtask);
    subtasks.set(index, line);
    changes.add(new Change(null, line));
    undo.add(() -> subtasks.set(index, null));
  }

  long nextTask() {
    return firstTask + tasks.size();
  }

  /** Keeps consecutive ids for so many subtasks; answers the first. */
  long nextSubtasks(int count) {
    long first = firstSubtask + subtasks.size();
    for (int i = 0; i < count; i++) {
      subtasks.add(null);
    }
    return first;
  }

  long nextFence() {
    return fence += 2;
  }

  /** Null where there is none. */
  public TaskLine task(long id) {
    long index = id - firstTask;
    return index < 0 || index >= tasks.size() ? null : tasks.get((int) index);
  }

  /** Null where there is none. */
  public SubtaskLine subtask(long id) {
    long index = id - firstSubtask;
    return index < 0 || index >= subtasks.size() ? null : subtasks.get((int) index);
  }

  public HostLine host(long id) {
    return hosts.get(id);
  }

  public List<Entry> events() {
    return events;
  }

  /** All tasks, oldest first. */
  public Stream<TaskLine> allTasks() {
    return tasks.stream().filter(line -> line != null);
  }

  /** Whether a worker's lease stands. */
  public boolean isTrusted(String worker) {
    return leases.getOrDefault(worker, Long.MIN_VALUE) >= millis();
  }
}

package dev.relight.controlplane.store;

/** A host in memory, with the lock that says which task has it. */
public final class HostLine extends MemoryTables.Line<HostLine> {
  final long id;
  long taskId;
  boolean held;

  HostLine(long id) {
    this.id = id;
  }

  @Override
  void restore(HostLine before) {
    taskId = before.taskId;
    held = before.held;
  }

  public long id() {
    return id;
  }

  /** The task that has it or had it last, 0 for none. */
  public long taskId() {
    return taskId;
  }

  public boolean held() {
    return held;
  }

  public String describe() {
    return taskId == 0
        ? "host %d".formatted(id)
        : "host %d of %d%s".formatted(id, taskId, held ? " held" : "");
  }
}

package dev.relight.model;

/** The names of all topics, without the configured prefix {@code relight}. */
public final class Topics {
  /** Control plane to workers; a pool other than {@code default} has {@code .<pool>} appended. */
  public static final String SUBTASK_COMMANDS = "subtask-commands";

  /** Workers to control planes, keyed by task id. */
  public static final String SUBTASK_REPORTS = "subtask-reports";

  /** Workers to every control plane, keyed by worker id. */
  public static final String WORKER_HEARTBEATS = "worker-heartbeats";

  /** Control planes to every worker. */
  public static final String WORKER_CONTROL = "worker-control";

  /** Workers to control planes, keyed by host id: what they saw beside all tasks. */
  public static final String HOST_SIGHTINGS = "host-sightings";

  /** CloudEvents of tasks, keyed by task id. */
  public static final String TASK_STATUS = "task-status";

  /** CloudEvents of subtasks, keyed by task id. */
  public static final String SUBTASK_STATUS = "subtask-status";

  /** Appended to a topic's name: where its unreadable messages go. */
  public static final String DEAD_LETTERS = ".dlq";

  private Topics() {}
}

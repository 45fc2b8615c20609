package dev.relight.model;

/** What a worker has to say about one dispatch of a subtask. */
public enum ReportType {
  /** The worker has taken the command; sent before anything is done on the host. */
  STARTED,
  /** Lines of the attempt's log, on the way. */
  LOG,
  /** The work is done and was verified on the host. */
  SUCCEEDED,
  /** The work could not be done; the message says why. */
  FAILED,
  /** An orderly stopping worker hands the command back; it is dispatched elsewhere at once. */
  RELEASED
}

package dev.relight.model;

/** The statuses of a subtask as clients and consumers see them. */
public enum SubtaskStatus {
  PENDING,
  READY,
  RUNNING,
  CANCELING,
  FAILED,
  SUCCESSFUL
}

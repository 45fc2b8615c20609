package dev.relight.worker;

/** Why an attempt ends before its work is done. */
enum Interruption {
  CANCELED,
  TIMED_OUT,
  /** The worker stops: the command goes back, and what runs on the host goes on there. */
  RELEASED,
  /** The command was not begun, and another worker reads it now: there is nothing to say. */
  REVOKED
}

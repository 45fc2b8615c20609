package dev.relight.model;

import java.time.Instant;
import java.util.Objects;

/**
 * One process of an agent as it was seen on the host.
 *
 * @param alias the name of the process within the agent
 * @param running whether it was alive
 * @param pid its process id, 0 when not running
 * @param startedAt when it was started, null when not running or not known
 * @param birth tells it from others that have the same pid at other times, whatever becomes of
 *     clocks; null when not running or where startedAt does
 * @param user the operating system's user, null when not running
 * @param startCommand the command line, null when not running
 * @param ports the listening ports, comma-separated, {@code ""} without any, null when not running
 * @param operable whether users may operate it by itself
 */
public record ProcessState(
    String alias,
    boolean running,
    int pid,
    Instant startedAt,
    String birth,
    String user,
    String startCommand,
    String ports,
    boolean operable) {
  public ProcessState {
    Objects.requireNonNull(alias, "alias");
  }

  /** One that is told from others by when it was started. */
  public ProcessState(
      String alias,
      boolean running,
      int pid,
      Instant startedAt,
      String user,
      String startCommand,
      String ports,
      boolean operable) {
    this(alias, running, pid, startedAt, null, user, startCommand, ports, operable);
  }

  /** The same process, with what tells it from others that have the same pid at other times. */
  public ProcessState withBirth(String toldApartBy) {
    return new ProcessState(
        alias, running, pid, startedAt, toldApartBy, user, startCommand, ports, operable);
  }

  /** Whether both are one and the same process, seen at different times. */
  public boolean isSameAs(ProcessState other) {
    return alias.equals(other.alias)
        && pid == other.pid
        && (birth != null && other.birth != null
            ? birth.equals(other.birth)
            : Objects.equals(startedAt, other.startedAt));
  }
}

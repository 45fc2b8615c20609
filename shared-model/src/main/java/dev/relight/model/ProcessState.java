package dev.relight.model;

import java.time.Instant;

/**
 * One process of an agent as it was seen on the host.
 *
 * @param alias the name of the process within the agent
 * @param running whether it was alive
 * @param pid its process id, 0 when not running
 * @param startedAt when it was started, null when not running or not known
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
    String user,
    String startCommand,
    String ports,
    boolean operable) {}

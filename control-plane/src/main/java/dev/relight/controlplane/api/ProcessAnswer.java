package dev.relight.controlplane.api;

import dev.relight.controlplane.inventory.Agent;
import dev.relight.controlplane.inventory.AgentProcess;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * A process of an agent as clients see it.
 *
 * @param elapsedTime seconds since it was started, 0 when it is stopped
 */
record ProcessAnswer(
    String alias,
    OffsetDateTime createTime,
    long elapsedTime,
    long hostId,
    long id,
    OffsetDateTime lastActiveTime,
    String logFilePattern,
    boolean operable,
    int pid,
    String ports,
    String startCommand,
    String status,
    OffsetDateTime updateTime,
    String user) {

  static ProcessAnswer of(AgentProcess process, Agent agent, Instant now) {
    return new ProcessAnswer(
        process.alias,
        process.createTime,
        elapsed(process, now),
        process.hostId,
        process.id,
        process.lastActiveTime,
        agent.logHome == null ? null : agent.logHome + "/" + process.alias + ".log*",
        process.operable,
        process.pid,
        process.ports,
        process.startCommand,
        process.status,
        process.updateTime,
        process.osUser);
  }

  /** The host's clock may run ahead of this one; no process is younger than nothing. */
  private static long elapsed(AgentProcess process, Instant now) {
    return process.startedAt == null
        ? 0
        : Math.max(0, Duration.between(process.startedAt.toInstant(), now).toSeconds());
  }
}

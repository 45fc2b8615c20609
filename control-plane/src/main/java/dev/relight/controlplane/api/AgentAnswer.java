package dev.relight.controlplane.api;

import dev.relight.controlplane.inventory.AgentProcess;
import dev.relight.controlplane.inventory.Host;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

/** The agent of a host as clients see it, as it was last seen. */
record AgentAnswer(
    OffsetDateTime createTime,
    long hostId,
    String hostInnerIpAddress,
    long id,
    String installHome,
    OffsetDateTime lastAvailableTime,
    String logHome,
    List<ProcessAnswer> processes,
    String status,
    OffsetDateTime updateTime,
    String version) {

  static AgentAnswer of(Host host, List<AgentProcess> processes, Instant now) {
    return new AgentAnswer(
        host.agent.createTime,
        host.id,
        host.innerIpAddress,
        host.agent.id,
        host.agentHome,
        host.agent.lastAvailableTime,
        host.agent.logHome,
        processes.stream().map(process -> ProcessAnswer.of(process, host.agent, now)).toList(),
        host.agent.status,
        host.agent.updateTime,
        host.agent.version);
  }
}

package dev.relight.controlplane.api;

import dev.relight.controlplane.inventory.Host;
import java.time.OffsetDateTime;
import java.util.List;

/** A host as clients see it. What this inventory does not hold is null. */
record HostAnswer(
    String alias,
    String architecture,
    OffsetDateTime createTime,
    String description,
    Long hostAgentId,
    String hostAgentStatus,
    String hostAgentVersion,
    long id,
    String idcDescription,
    Long idcId,
    String idcName,
    String innerIpAddress,
    String kind,
    String name,
    String operatingSystem,
    String operatingSystemRelease,
    String publishPorts,
    String regionDescription,
    Long regionId,
    String regionName,
    String serialNumber,
    List<Service> services,
    int sshPort,
    String status,
    String typeDescription,
    Long typeId,
    String typeName,
    OffsetDateTime updateTime) {

  /** What of OceanBase runs on a host; this inventory knows of none. */
  record Service(String name, Long softwarePackageId, String type, String version) {}

  static HostAnswer of(Host host) {
    return new HostAnswer(
        host.alias,
        host.architecture,
        host.createTime,
        host.description,
        host.agent.id,
        host.agent.status,
        host.agent.version,
        host.id,
        null,
        null,
        null,
        host.innerIpAddress,
        host.kind,
        host.name,
        host.operatingSystem,
        host.operatingSystemRelease,
        null,
        null,
        null,
        null,
        host.serialNumber,
        List.of(),
        host.sshPort,
        host.status,
        null,
        null,
        null,
        host.updateTime);
  }
}

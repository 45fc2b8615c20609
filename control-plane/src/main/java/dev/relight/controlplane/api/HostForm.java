package dev.relight.controlplane.api;

import dev.relight.controlplane.inventory.Host;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Map;

/**
 * What is said about a host when it is registered or edited.
 *
 * @param name unique among the hosts
 * @param innerIpAddress IP address or name by which the workers reach it
 * @param sshPort 22 if not given
 * @param profile name of the profile that operates the agent
 * @param agentHome absolute directory of the agent on the host
 * @param credential name of a credential that the workers have
 * @param pool the workers that can reach it, {@code default} if not given
 * @param labels free to use, none if not given
 */
record HostForm(
    @NotNull(message = REQUIRED)
        @Pattern(regexp = "\\S(.{0,253}\\S)?", message = "must have 1 to 255 characters")
        String name,
    @NotNull(message = REQUIRED)
        @Pattern(
            regexp = "[A-Za-z0-9.:_-]{1,253}",
            message = "must be an IP address or a host name")
        String innerIpAddress,
    @Min(value = 1, message = PORT) @Max(value = 65535, message = PORT) Integer sshPort,
    @NotNull(message = REQUIRED) @Pattern(regexp = NAME, message = NAMED) String profile,
    @NotNull(message = REQUIRED)
        @Pattern(
            regexp = "(/[A-Za-z0-9._@+~=:,-]+)+",
            message = "must be an absolute path of letters, digits and ._@+~=:,-")
        String agentHome,
    @NotNull(message = REQUIRED) @Pattern(regexp = NAME, message = NAMED) String credential,
    @Pattern(regexp = NAME, message = NAMED) String pool,
    Map<String, String> labels) {

  static final String REQUIRED = "is required";
  private static final String PORT = "must be a port, 1 to 65535";
  private static final String NAME = "[A-Za-z0-9._-]{1,64}";
  private static final String NAMED = "must have 1 to 64 letters, digits and ._-";

  /** Writes all of it to the host; what was left out gets its default. */
  Host fill(Host host) {
    host.name = name;
    host.innerIpAddress = innerIpAddress;
    host.sshPort = sshPort == null ? 22 : sshPort;
    host.profile = profile;
    host.agentHome = agentHome;
    host.credential = credential;
    host.pool = pool == null ? Host.DEFAULT_POOL : pool;
    host.labels = labels == null ? Map.of() : labels;
    return host;
  }
}

package dev.relight.controlplane.api;

import dev.relight.controlplane.inventory.Host;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

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
    @NotNull(message = REQUIRED) @Pattern(regexp = TEXT, message = TEXT_RULE) String name,
    @NotNull(message = REQUIRED) @Pattern(regexp = ADDRESS, message = ADDRESS_RULE)
        String innerIpAddress,
    @Min(value = 1, message = PORT) @Max(value = 65535, message = PORT) Integer sshPort,
    @NotNull(message = REQUIRED) @Pattern(regexp = NAME, message = NAMED) String profile,
    @NotNull(message = REQUIRED)
        @Pattern(regexp = HOME, message = HOME_RULE)
        @Size(max = LONGEST_HOME, message = HOME_LIMIT)
        String agentHome,
    @NotNull(message = REQUIRED) @Pattern(regexp = NAME, message = NAMED) String credential,
    @Pattern(regexp = NAME, message = NAMED) String pool,
    @Size(max = MOST_LABELS, message = LABELS_RULE)
        Map<
                @Pattern(regexp = TEXT, message = LABEL_RULE) String,
                @NotNull(message = LABEL_RULE) @Pattern(regexp = VALUE, message = LABEL_RULE)
                String>
            labels) {

  static final String REQUIRED = "is required";
  private static final String PORT = "must be a port, 1 to 65535";
  private static final String NAME = "[A-Za-z0-9._-]{1,64}";
  private static final String NAMED = "must have 1 to 64 letters, digits and ._-";

  /** Letters of any script; neither control characters nor halves of characters. */
  private static final String TEXT =
      "[^\\s\\p{Cc}\\p{Cs}]([^\\p{Cc}\\p{Cs}]{0,253}[^\\s\\p{Cc}\\p{Cs}])?";

  private static final String TEXT_RULE = "must have 1 to 255 characters that can be seen";
  private static final String ADDRESS = "[A-Za-z0-9.:_-]{1,253}";
  private static final String ADDRESS_RULE = "must be an IP address or a host name";
  private static final String HOME = "(/[A-Za-z0-9._@+~=:,-]+)+";
  private static final String HOME_RULE =
      "must be an absolute path of letters, digits and ._@+~=:,-";
  private static final int LONGEST_HOME = 1024;
  private static final String HOME_LIMIT = "must have at most 1024 characters";
  private static final String VALUE = "[^\\p{Cc}\\p{Cs}]{0,255}";
  private static final String LABEL_RULE = "must have names and values of at most 255 characters";
  private static final int MOST_LABELS = 64;
  private static final String LABELS_RULE = "must be at most 64";

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

  /** What was said about the host, in the form in which it is said. */
  static HostForm of(Host host) {
    return new HostForm(
        host.name,
        host.innerIpAddress,
        host.sshPort,
        host.profile,
        host.agentHome,
        host.credential,
        host.pool,
        host.labels);
  }

  /** What is to change of a host; what is not given stays. */
  @Schema(name = "HostChange")
  record Change(
      @Pattern(regexp = TEXT, message = TEXT_RULE) String name,
      @Pattern(regexp = ADDRESS, message = ADDRESS_RULE) String innerIpAddress,
      @Min(value = 1, message = PORT) @Max(value = 65535, message = PORT) Integer sshPort,
      @Pattern(regexp = NAME, message = NAMED) String profile,
      @Pattern(regexp = HOME, message = HOME_RULE) @Size(max = LONGEST_HOME, message = HOME_LIMIT)
          String agentHome,
      @Pattern(regexp = NAME, message = NAMED) String credential,
      @Pattern(regexp = NAME, message = NAMED) String pool,
      @Size(max = MOST_LABELS, message = LABELS_RULE)
          Map<
                  @Pattern(regexp = TEXT, message = LABEL_RULE) String,
                  @NotNull(message = LABEL_RULE) @Pattern(regexp = VALUE, message = LABEL_RULE)
                  String>
              labels) {

    Host fill(Host host) {
      HostForm before = HostForm.of(host);
      return new HostForm(
              given(name, before.name),
              given(innerIpAddress, before.innerIpAddress),
              given(sshPort, before.sshPort),
              given(profile, before.profile),
              given(agentHome, before.agentHome),
              given(credential, before.credential),
              given(pool, before.pool),
              given(labels, before.labels))
          .fill(host);
    }

    private static <T> T given(T value, T before) {
      return value == null ? before : value;
    }
  }
}

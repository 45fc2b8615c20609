package dev.relight.worker.transport;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a credential may be used for; a host that a request makes up must not get to see it.
 *
 * @param networks of the hosts, as 10.0.0.0/8; everywhere when there is none
 * @param profiles of the hosts; all when there is none
 */
record Scope(String credential, Optional<List<String>> networks, Optional<List<String>> profiles) {
  void check(String profile) {
    if (profiles.isPresent() && !profiles.get().contains(profile)) {
      throw new HostFailure(
          "The credential '%s' may not be used for the profile '%s', but for %s"
              .formatted(credential, profile, String.join(", ", profiles.get())));
    }
  }

  /**
   * Whatever the networks are: at these addresses is no host, but what a machine tells about itself
   * to whoever is on it.
   */
  private static void refuseNobodys(InetAddress address) {
    if (address.isLinkLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress()) {
      throw new HostFailure(address.getHostAddress() + " is not the address of a host");
    }
  }

  void check(InetAddress address) {
    refuseNobodys(address);
    if (networks.isPresent()
        && networks.get().stream().noneMatch(n -> Network.parse(n).contains(address))) {
      throw new HostFailure(
          "The credential '%s' may not be used for %s"
              .formatted(credential, address.getHostAddress()));
    }
  }
}

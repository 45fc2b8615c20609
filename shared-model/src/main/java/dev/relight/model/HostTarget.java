package dev.relight.model;

/**
 * How to reach the host of a command. Carries no secret: {@code credential} is a name that the
 * worker resolves from its own files.
 *
 * @param id the host's id
 * @param address IP address or name
 * @param sshPort TCP port of the SSH server
 * @param profile name of the profile that operates the agent
 * @param agentHome absolute directory of the agent on the host
 * @param credential name of a credential of the worker
 */
public record HostTarget(
    long id, String address, int sshPort, String profile, String agentHome, String credential) {

  /** The same host, its agent operated by another profile. */
  public HostTarget operatedBy(String other) {
    return new HostTarget(id, address, sshPort, other, agentHome, credential);
  }
}

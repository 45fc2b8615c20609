package dev.relight.worker.agent;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The agents that are operated by an agentctl of their own name. */
enum Dialect {
  OCP_AGENT("ocp-agent", "bin/ocp_agentctl", "ocp_agentd"),
  OBAGENT("obagent", "bin/ob_agentctl", "ob_agentd");

  static final String PROXY = "pos_proxy";

  /** What hosts call them. */
  static final Set<String> PROFILES =
      Arrays.stream(values()).map(dialect -> dialect.profile).collect(Collectors.toSet());

  /** What hosts call them whose agent is operated by its HTTP API. */
  static final Set<String> HTTP_PROFILES =
      Arrays.stream(values()).map(dialect -> dialect.httpProfile).collect(Collectors.toSet());

  final String profile;
  private final String httpProfile;

  /** Path of agentctl within the agent's home. */
  final String agentctl;

  /** Alias of the process that supervises the others. */
  final String supervisor;

  Dialect(String profile, String agentctl, String supervisor) {
    this.profile = profile;
    this.httpProfile = profile + "-http";
    this.agentctl = agentctl;
    this.supervisor = supervisor;
  }

  static Optional<Dialect> of(String profile) {
    return Arrays.stream(values()).filter(d -> d.profile.equals(profile)).findFirst();
  }

  static Optional<Dialect> ofHttp(String profile) {
    return Arrays.stream(values()).filter(d -> d.httpProfile.equals(profile)).findFirst();
  }

  boolean isOperable(String alias) {
    return !alias.equals(supervisor) && !alias.equals(PROXY);
  }
}

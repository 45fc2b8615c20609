package dev.relight.worker.transport;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How hosts are reached over SSH. All files are read again when they are needed again. */
@ConfigMapping(prefix = "relight.ssh")
interface SshConfig {
  /** The host keys that are trusted, in OpenSSH's format. There is no way to trust others. */
  @WithDefault("${user.home}/.ssh/known_hosts")
  Path knownHosts();

  /** How long a connection may take. */
  @WithDefault("10s")
  Duration connectTimeout();

  /** How long a host may take to let the worker in. */
  @WithDefault("10s")
  Duration authTimeout();

  /** How often a peer is asked whether it is still there; one that misses three is gone. */
  @WithDefault("5s")
  Duration keepAlive();

  /** How many connections are made at the same time at most. */
  @WithDefault("64")
  int connecting();

  /** How long a connection is kept that nobody uses. */
  @WithDefault("60s")
  Duration idleTimeout();

  /**
   * How many connections are kept that nobody uses, 72 KB each; above it, those that were used
   * longest ago are closed; 0 for none.
   */
  @WithDefault("1000")
  int maxIdle();

  /**
   * How long a host is looked for that was lost in the middle of a step, before the step fails and
   * the others of its task go on; a step that starts an agent has all of its time.
   */
  @WithDefault("2m")
  Duration awayTimeout();

  /** The credentials that commands may name. */
  Map<String, Credential> credentials();

  /** A host in front of others. */
  interface Jump {
    /** Its name or address. */
    String address();

    /** Its SSH port. */
    @WithDefault("22")
    int port();

    /** The name of a credential for it, which has no such host itself. */
    String credential();
  }

  /** One way to log in. */
  interface Credential {
    /** The user on the hosts. */
    String user();

    /**
     * An OpenSSH or PEM file: Ed25519, ECDSA or RSA. A certificate of the user lies beside it, as
     * {@code ssh-keygen} puts it there: {@code KEY-cert.pub}.
     */
    Optional<Path> privateKey();

    /** The name of an environment variable with a private key. */
    Optional<String> privateKeyVariable();

    /** A file with nothing but the passphrase of the private key. */
    Optional<Path> passphraseFile();

    /** The name of an environment variable with the passphrase of the private key. */
    Optional<String> passphraseVariable();

    /** A file with nothing but the password. */
    Optional<Path> passwordFile();

    /** The name of an environment variable with the password. */
    Optional<String> passwordVariable();

    /** The networks that it may be used for, as 10.0.0.0/8; everywhere when there is none. */
    Optional<List<String>> networks();

    /** The profiles that it may be used for; all when there is none. */
    Optional<List<String>> profiles();

    /** The host through which the others are reached. */
    Optional<Jump> jump();
  }
}

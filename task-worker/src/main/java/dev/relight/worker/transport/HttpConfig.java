package dev.relight.worker.transport;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the HTTP APIs of agents are reached. All files are read again when they are needed again. */
@ConfigMapping(prefix = "relight.http")
interface HttpConfig {
  /** How long a connection may take. */
  @WithDefault("5s")
  Duration connectTimeout();

  /** How long an answer may take, to its last byte. */
  @WithDefault("10s")
  Duration requestTimeout();

  /** How large an answer may be. */
  @WithDefault("1M")
  MemorySize maxAnswer();

  /** The credentials that commands may name. */
  Map<String, Credential> credentials();

  /** One way to be let in. */
  interface Credential {
    /** The name under which the agent knows the worker. */
    String user();

    /** A file with nothing but the password. */
    Optional<Path> passwordFile();

    /** The name of an environment variable with the password. */
    Optional<String> passwordVariable();

    /** How requests show who sends them. */
    @WithDefault("basic")
    Scheme scheme();

    /** The port of the API. */
    @WithDefault("62888")
    int port();

    /** Speak HTTPS, to agents whose certificate is signed by one in this PEM file. */
    Optional<Path> ca();

    /** The networks that it may be used for, as 10.0.0.0/8; everywhere when there is none. */
    Optional<List<String>> networks();

    /** The profiles that it may be used for; all when there is none. */
    Optional<List<String>> profiles();
  }

  /** Whether the password goes with each request, or a signature made by it. */
  enum Scheme {
    BASIC,
    HMAC
  }
}

package dev.relight.worker.transport;

import dev.relight.model.HostTarget;
import dev.relight.worker.metrics.Metric;
import dev.relight.worker.transport.SshConnector.Destination;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One connection per host and credential, made when it is needed and used by all. Those in use are
 * as many as there is work at a time (the worker's slots and looks, and the hosts in front of
 * others); those that nobody uses have a limit of their own.
 */
@Singleton
class SshConnections {
  private static final Duration LOOK = Duration.ofMillis(500);

  private final SshConfig config;
  private final Credentials credentials;
  private final SshConnector connector;
  private final Gate connecting;
  private final IdleConnections idle;
  private final Map<Destination, Shared> connections = new ConcurrentHashMap<>();
  private final Vertx vertx;
  // One timer for all: one of each connection's own would keep it in memory after its end.
  private final long looking;

  /** The connection to a destination, from when it is asked for first until it is given up. */
  private final class Shared {
    private final Destination destination;
    private final Uni<SshConnection> connection;
    private volatile SshConnection made;

    Shared(Destination destination) {
      this.destination = destination;
      this.connection =
          Uni.createFrom()
              .item(() -> credentials.jump(destination.credential()))
              // Before the gate: whoever waits for another connection must not keep a place.
              .chain(SshConnections.this::reach)
              .chain(this::connectOver)
              .onFailure()
              .invoke(this::forget)
              .memoize()
              .indefinitely();
    }

    private Uni<SshConnection> connectOver(Optional<SshConnection> jump) {
      return connecting
          .pass(() -> Metric.SSH_CONNECT.timed(() -> connector.connect(destination, jump)))
          .map(
              session -> {
                session.addCloseFutureListener(closed -> forget());
                made = new SshConnection(session, config.idleTimeout(), idle, this::forget);
                return made;
              })
          // It has not been used yet by its new one, and must not seem idle until then.
          .onSubscription()
          .invoke(() -> jump.ifPresent(SshConnection::hold))
          .onTermination()
          .invoke(() -> jump.ifPresent(SshConnection::release));
    }

    void closeIfIdle() {
      if (made != null) {
        made.closeIfIdle();
      }
    }

    // There may be another one by now.
    private void forget() {
      connections.remove(destination, this);
    }
  }

  SshConnections(SshConfig config, Credentials credentials, Vertx vertx) {
    this.config = config;
    this.credentials = credentials;
    this.connector = new SshConnector(config, credentials);
    this.connecting = new Gate(config.connecting());
    this.idle = new IdleConnections(config.maxIdle());
    this.vertx = vertx;
    this.looking =
        vertx.setPeriodic(
            LOOK.toMillis(), timer -> connections.values().forEach(Shared::closeIfIdle));
    Metric.SSH_CONNECTIONS.show(connections::size);
  }

  @PreDestroy
  void stop() {
    vertx.cancelTimer(looking);
    connector.stop();
  }

  /** How long a host that was lost is looked for. */
  Duration awayTimeout() {
    return config.awayTimeout();
  }

  boolean hasCredential(String name) {
    return credentials.has(name);
  }

  /** The connection to the host; fails with a {@link HostFailure}. */
  Uni<SshConnection> to(HostTarget host) {
    return Uni.createFrom()
        .item(() -> credentials.scope(host.credential()))
        .invoke(scope -> scope.check(host.profile()))
        .chain(() -> to(new Destination(host.address(), host.sshPort(), host.credential())));
  }

  private Uni<SshConnection> to(Destination destination) {
    return connections.computeIfAbsent(destination, Shared::new).connection;
  }

  private Uni<Optional<SshConnection>> reach(Optional<SshConfig.Jump> jump) {
    return jump.isEmpty()
        ? Uni.createFrom().item(Optional.empty())
        : to(new Destination(jump.get().address(), jump.get().port(), jump.get().credential()))
            .map(Optional::of);
  }
}

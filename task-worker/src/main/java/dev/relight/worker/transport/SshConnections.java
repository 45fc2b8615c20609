package dev.relight.worker.transport;

import dev.relight.model.HostTarget;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;

/** One connection per host and credential, made when it is needed and used by all. */
@Singleton
class SshConnections {
  private static final int NO_MORE_AUTH_METHODS =
      SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE;

  private record Destination(String address, int port, String credential) {}

  private final SshConfig config;
  private final Credentials credentials;
  private final Gate connecting;
  private final Map<Destination, Uni<SshConnection>> connections = new ConcurrentHashMap<>();
  private SshClient client;

  SshConnections(SshConfig config, Credentials credentials) {
    this.config = config;
    this.credentials = credentials;
    this.connecting = new Gate(config.connecting());
  }

  @PreDestroy
  synchronized void stop() {
    if (client != null) {
      client.stop();
    }
  }

  /** The connection to the host; fails with a {@link HostFailure}. */
  Uni<SshConnection> to(HostTarget host) {
    Destination destination = new Destination(host.address(), host.sshPort(), host.credential());
    return connections.computeIfAbsent(destination, this::shared);
  }

  private Uni<SshConnection> shared(Destination destination) {
    return connecting
        .pass(() -> connect(destination))
        .onFailure()
        .invoke(failure -> connections.remove(destination))
        .memoize()
        .indefinitely();
  }

  private Uni<SshConnection> connect(Destination destination) {
    return Uni.createFrom()
        .item(() -> resolve(destination))
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
        .chain(address -> connect(destination, address))
        .invoke(s -> s.addCloseFutureListener(closed -> connections.remove(destination)))
        .map(session -> new SshConnection(session, config.idleTimeout()));
  }

  private Uni<ClientSession> connect(Destination destination, InetSocketAddress address) {
    Login login = credentials.login(destination.credential(), address.getAddress());
    HostKeys.Target target = new HostKeys.Target(destination.address());
    return open(destination, address, login.user(), target)
        .chain(
            session -> {
              login.keys().forEach(session::addPublicKeyIdentity);
              if (login.password() != null) {
                session.addPasswordIdentity(login.password());
              }
              return authenticate(session, destination, target);
            });
  }

  private Uni<ClientSession> open(
      Destination destination, InetSocketAddress address, String user, HostKeys.Target target) {
    return Uni.createFrom()
        .emitter(
            opened -> {
              try {
                client()
                    .connect(user, address, target.asContext(), null)
                    .addListener(
                        future -> {
                          if (future.isConnected()) {
                            opened.complete(future.getClientSession());
                          } else {
                            opened.fail(unreachable(destination, future.getException()));
                          }
                        });
              } catch (IOException e) {
                opened.fail(unreachable(destination, e));
              }
            });
  }

  private Uni<ClientSession> authenticate(
      ClientSession session, Destination destination, HostKeys.Target target) {
    return Uni.createFrom()
        .emitter(
            authenticated -> {
              try {
                session
                    .auth()
                    .addListener(
                        future -> {
                          if (future.isSuccess()) {
                            authenticated.complete(session);
                          } else {
                            session.close(true);
                            authenticated.fail(
                                refused(destination, target, session, future.getException()));
                          }
                        });
              } catch (IOException e) {
                session.close(true);
                authenticated.fail(unreachable(destination, e));
              }
            });
  }

  private static InetSocketAddress resolve(Destination destination) {
    try {
      InetAddress address = InetAddress.getByName(destination.address());
      return new InetSocketAddress(address, destination.port());
    } catch (UnknownHostException e) {
      throw HostFailure.connection("There is no host '" + destination.address() + "'");
    }
  }

  private static HostFailure unreachable(Destination destination, Throwable cause) {
    return HostFailure.connection(
        "Cannot connect to %s port %d: %s"
            .formatted(destination.address(), destination.port(), cause.getMessage()));
  }

  private static HostFailure refused(
      Destination destination, HostKeys.Target target, ClientSession session, Throwable cause) {
    if (target.complaint() != null) {
      return new HostFailure(target.complaint());
    }
    if (cause instanceof SshException e && e.getDisconnectCode() == NO_MORE_AUTH_METHODS) {
      return new HostFailure(
          "The host does not let in '%s' by the credential '%s'"
              .formatted(session.getUsername(), destination.credential()));
    }
    return unreachable(destination, cause);
  }

  // Made with the first connection: it takes a while, and not every worker needs it.
  private synchronized SshClient client() {
    if (client == null) {
      client = newClient(config);
      client.start();
    }
    return client;
  }

  private static SshClient newClient(SshConfig config) {
    SshClient client = SshClient.setUpDefaultClient();
    HostKeys hostKeys = new HostKeys(config.knownHosts());
    client.setServerKeyVerifier(hostKeys);
    client.addSessionListener(hostKeys);
    client.setUserAuthFactories(
        List.of(UserAuthPublicKeyFactory.INSTANCE, UserAuthPasswordFactory.INSTANCE));
    // Nothing of the account that the worker runs under: no keys, no configuration, no agent.
    client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
    client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
    client.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
    CoreModuleProperties.IO_CONNECT_TIMEOUT.set(client, config.connectTimeout());
    CoreModuleProperties.AUTH_TIMEOUT.set(client, config.authTimeout());
    // A peer that has gone silently is noticed in 15 s.
    CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, Duration.ofSeconds(5));
    CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, 2);
    CoreModuleProperties.IDLE_TIMEOUT.set(client, Duration.ZERO);
    return client;
  }
}

package dev.relight.worker.transport;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

/** Connects to hosts and logs in there, once their keys have been checked. */
final class SshConnector {
  private static final int NO_MORE_AUTH_METHODS =
      SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE;

  /** A host as it is named, and what it is entered with. */
  record Destination(String address, int port, String credential) {}

  private record Entry(Login login, ClientSession session) {}

  /**
   * How a destination is reached.
   *
   * @param close to be run once, when it is no longer needed
   */
  private record Way(InetSocketAddress begin, HostKeys.Target target, Runnable close) {}

  private final SshConfig config;
  private final Credentials credentials;
  private SshClient client;

  SshConnector(SshConfig config, Credentials credentials) {
    this.config = config;
    this.credentials = credentials;
  }

  synchronized void stop() {
    if (client != null) {
      client.stop();
    }
  }

  /** A session in which the host has let the worker in; fails with a {@link HostFailure}. */
  Uni<ClientSession> connect(Destination destination, Optional<SshConnection> jump) {
    return Uni.createFrom()
        .item(() -> way(destination, jump))
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
        .chain(way -> connect(destination, way));
  }

  private Way way(Destination destination, Optional<SshConnection> jump) {
    Scope scope = credentials.scope(destination.credential());
    if (jump.isPresent()) {
      // The names of hosts behind another one are its business, unless their networks count.
      String ip = destination.address();
      if (scope.networks().isPresent()) {
        InetAddress address = resolve(destination);
        scope.check(address);
        ip = address.getHostAddress();
      }
      HostKeys.Target target = new HostKeys.Target(destination.address(), ip, destination.port());
      InetSocketAddress begin = jump.get().tunnel(ip, destination.port());
      return new Way(named(destination, begin), target, () -> jump.get().closeTunnel(begin));
    }
    InetAddress address = resolve(destination);
    scope.check(address);
    return new Way(
        new InetSocketAddress(address, destination.port()),
        new HostKeys.Target(destination.address(), address.getHostAddress(), destination.port()),
        () -> {});
  }

  // A certificate of the host is for its name, not for where the way to it begins.
  private static InetSocketAddress named(Destination destination, InetSocketAddress begin) {
    try {
      byte[] address = begin.getAddress().getAddress();
      return new InetSocketAddress(
          InetAddress.getByAddress(destination.address(), address), begin.getPort());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private Uni<ClientSession> connect(Destination destination, Way way) {
    return Uni.createFrom()
        .item(() -> credentials.login(destination.credential()))
        .chain(
            login ->
                open(destination, way.begin(), login.user(), way.target())
                    .map(session -> new Entry(login, session)))
        .onFailure()
        .invoke(failure -> way.close().run())
        .invoke(entry -> entry.session().addCloseFutureListener(closed -> way.close().run()))
        .chain(entry -> authenticate(entry, destination, way.target()));
  }

  private Uni<ClientSession> authenticate(
      Entry entry, Destination destination, HostKeys.Target target) {
    ClientSession session = entry.session();
    Login login = entry.login();
    login.keys().forEach(session::addPublicKeyIdentity);
    if (login.password() != null) {
      session.addPasswordIdentity(login.password());
    }
    return authenticate(session, destination, target);
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
    long begun = System.nanoTime();
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
                                refused(
                                    destination, target, session, begun, future.getException()));
                          }
                        });
              } catch (IOException e) {
                session.close(true);
                authenticated.fail(unreachable(destination, e));
              }
            });
  }

  private static InetAddress resolve(Destination destination) {
    try {
      return InetAddress.getByName(destination.address());
    } catch (UnknownHostException e) {
      throw HostFailure.connection("There is no host '" + destination.address() + "'");
    }
  }

  private static HostFailure unreachable(Destination destination, Throwable cause) {
    return HostFailure.connection(
        "Cannot connect to %s port %d: %s"
            .formatted(destination.address(), destination.port(), cause.getMessage()));
  }

  private HostFailure refused(
      Destination destination,
      HostKeys.Target target,
      ClientSession session,
      long begun,
      Throwable cause) {
    if (target.complaint() != null) {
      return new HostFailure(target.complaint());
    }
    if (cause instanceof SshException e && e.getDisconnectCode() == NO_MORE_AUTH_METHODS) {
      return new HostFailure(
          "The host does not let in '%s' by the credential '%s'"
              .formatted(session.getUsername(), destination.credential()));
    }
    // Less than all of it: the clock of the session began to run before.
    long patience = config.authTimeout().toNanos() / 2;
    if (session.getServerVersion() == null && System.nanoTime() - begun > patience) {
      return HostFailure.connection(
          "Cannot connect to %s port %d: it accepts connections and says nothing for %d s"
              .formatted(
                  destination.address(), destination.port(), config.authTimeout().toSeconds()));
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
    // A peer that has gone silently is noticed with the third that it does not answer.
    CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, config.keepAlive());
    CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, 2);
    CoreModuleProperties.IDLE_TIMEOUT.set(client, Duration.ZERO);
    return client;
  }
}

package dev.relight.worker.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.client.keyverifier.ServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.io.ModifiableFileWatcher;
import org.jboss.logging.Logger;

/**
 * Trusts the host keys of one known_hosts file and no others. The file is never written, and read
 * again when it has changed.
 */
final class HostKeys implements ServerKeyVerifier, SessionListener {
  private static final Logger LOG = Logger.getLogger(HostKeys.class);

  /** What a session is made for; it is there before the session is and stays behind it. */
  static final class Target {
    private static final AttributeKey<Target> KEY = new AttributeKey<>();

    private final String host;
    private volatile String complaint;

    /**
     * @param host as the command names it
     */
    Target(String host) {
      this.host = host;
    }

    AttributeRepository asContext() {
      return AttributeRepository.ofKeyValuePair(KEY, this);
    }

    /** Why the host's key was not trusted, null if that was not the trouble. */
    String complaint() {
      return complaint;
    }

    private static Target of(Session session) {
      return ((ClientSession) session).getConnectionContext().getAttribute(KEY);
    }
  }

  private final ModifiableFileWatcher file;
  private List<KnownHostEntry> entries = List.of();

  HostKeys(Path knownHosts) {
    file = new ModifiableFileWatcher(knownHosts);
  }

  /** A server with several keys is asked for one that is known: any other would look changed. */
  @Override
  public void sessionCreated(Session session) {
    Set<String> known =
        entriesFor(session).stream()
            .map(entry -> entry.getKeyEntry().getKeyType())
            .collect(Collectors.toSet());
    Comparator<NamedFactory<Signature>> knownFirst =
        Comparator.comparing(
            factory -> !known.contains(KeyUtils.getCanonicalKeyType(factory.getName())));
    session.setSignatureFactories(
        session.getSignatureFactories().stream().sorted(knownFirst).toList());
  }

  @Override
  public boolean verifyServerKey(ClientSession session, SocketAddress address, PublicKey key) {
    List<KnownHostEntry> known = entriesFor(session);
    String presented = PublicKeyEntry.toString(key);
    List<KnownHostEntry> matching =
        known.stream().filter(entry -> text(entry).equals(presented)).toList();
    boolean revoked = matching.stream().anyMatch(entry -> "revoked".equals(entry.getMarker()));
    if (!revoked && matching.stream().anyMatch(entry -> entry.getMarker() == null)) {
      return true;
    }
    String what = revoked ? "is revoked" : known.isEmpty() ? "is not known" : "has CHANGED";
    Target.of(session).complaint =
        ("The host key %s: it is %s %s. If the administrator of the host confirms this fingerprint,"
                + " add the line '%s %s' to %s.")
            .formatted(
                what,
                KeyUtils.getKeyType(key),
                KeyUtils.getFingerPrint(key),
                nameInFile(session),
                presented,
                file.getPath());
    return false;
  }

  private List<KnownHostEntry> entriesFor(Session session) {
    InetSocketAddress remote = (InetSocketAddress) session.getIoSession().getRemoteAddress();
    String name = Target.of(session).host;
    String ip = remote.getAddress().getHostAddress();
    return entries().stream()
        .filter(e -> e.isHostMatch(name, remote.getPort()) || e.isHostMatch(ip, remote.getPort()))
        .toList();
  }

  private synchronized List<KnownHostEntry> entries() {
    try {
      if (file.checkReloadRequired()) {
        entries = file.exists() ? KnownHostEntry.readKnownHostEntries(file.getPath()) : List.of();
      }
    } catch (IOException e) {
      LOG.warnf("The known host keys cannot be read: %s", e.toString());
      entries = List.of();
      file.resetReloadAttributes();
    }
    return entries;
  }

  private static String text(KnownHostEntry entry) {
    byte[] key = entry.getKeyEntry().getKeyData();
    return entry.getKeyEntry().getKeyType() + " " + Base64.getEncoder().encodeToString(key);
  }

  private static String nameInFile(Session session) {
    int port = ((InetSocketAddress) session.getIoSession().getRemoteAddress()).getPort();
    String host = Target.of(session).host;
    return port == 22 ? host : "[" + host + "]:" + port;
  }
}

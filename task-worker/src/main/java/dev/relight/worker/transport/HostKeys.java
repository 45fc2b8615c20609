package dev.relight.worker.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.client.keyverifier.ServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
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
  private static final String AUTHORITY = "cert-authority";
  private static final String REVOKED = "revoked";
  private static final Logger LOG = Logger.getLogger(HostKeys.class);

  /** What a session is made for; it is there before the session is and stays behind it. */
  static final class Target {
    private static final AttributeKey<Target> KEY = new AttributeKey<>();

    private final String host;
    private final String ip;
    private final int port;
    private volatile String complaint;

    /**
     * The host that is meant, be it reached through another one.
     *
     * @param host as the command names it
     * @param ip its address, the name once more where the worker does not know it
     */
    Target(String host, String ip, int port) {
      this.host = host;
      this.ip = ip;
      this.port = port;
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
  private KnownHosts entries = KnownHosts.of(List.of());

  HostKeys(Path knownHosts) {
    file = new ModifiableFileWatcher(knownHosts);
  }

  /** A server with several keys is asked for one that is known: any other would look changed. */
  @Override
  public void sessionCreated(Session session) {
    List<KnownHostEntry> entries = entriesFor(session);
    boolean byAuthority = entries.stream().anyMatch(HostKeys::isAuthority);
    Set<String> known =
        entries.stream()
            .filter(entry -> !isAuthority(entry))
            .map(entry -> entry.getKeyEntry().getKeyType())
            .collect(Collectors.toSet());
    Comparator<NamedFactory<Signature>> knownFirst =
        Comparator.comparing(factory -> rank(factory.getName(), known, byAuthority));
    session.setSignatureFactories(
        session.getSignatureFactories().stream().sorted(knownFirst).toList());
  }

  private static int rank(String algorithm, Set<String> known, boolean byAuthority) {
    if (KeyUtils.isCertificateAlgorithm(algorithm)) {
      return byAuthority ? 0 : 3;
    }
    return known.contains(KeyUtils.getCanonicalKeyType(algorithm)) ? 1 : 2;
  }

  @Override
  public boolean verifyServerKey(ClientSession session, SocketAddress address, PublicKey key) {
    List<KnownHostEntry> known = entriesFor(session);
    if (key instanceof OpenSshCertificate certificate) {
      // Whom it is for, from when and until when, and its signature have been checked by now.
      PublicKey own = certificate.getCertPubKey();
      if (isMarked(known, REVOKED, certificate.getCaPubKey())) {
        return refuse(session, "is vouched for by an authority that is revoked", own);
      }
      return isMarked(known, AUTHORITY, certificate.getCaPubKey()) && !isMarked(known, REVOKED, own)
          || isTrusted(session, known, own);
    }
    return isTrusted(session, known, key);
  }

  private boolean isTrusted(ClientSession session, List<KnownHostEntry> known, PublicKey key) {
    if (isMarked(known, REVOKED, key)) {
      return refuse(session, "is revoked", key);
    }
    if (isMarked(known, null, key)) {
      return true;
    }
    boolean hasOther = known.stream().anyMatch(entry -> entry.getMarker() == null);
    return refuse(session, hasOther ? "has CHANGED" : "is not known", key);
  }

  private boolean refuse(ClientSession session, String why, PublicKey key) {
    Target.of(session).complaint =
        ("The host key %s: it is %s %s. If the administrator of the host confirms this fingerprint,"
                + " add the line '%s %s' to %s.")
            .formatted(
                why,
                KeyUtils.getKeyType(key),
                KeyUtils.getFingerPrint(key),
                nameInFile(session),
                PublicKeyEntry.toString(key),
                file.getPath());
    return false;
  }

  /**
   * Whether the key is there.
   *
   * @param marker as what, null for one that is simply trusted
   */
  private static boolean isMarked(List<KnownHostEntry> known, String marker, PublicKey key) {
    String text = PublicKeyEntry.toString(key);
    return known.stream()
        .anyMatch(entry -> Objects.equals(entry.getMarker(), marker) && text(entry).equals(text));
  }

  private List<KnownHostEntry> entriesFor(Session session) {
    Target target = Target.of(session);
    return entries()
        .about(target.host, target.ip)
        .filter(entry -> isMeant(entry, target, target.port) || isOfAllPorts(entry, target))
        .toList();
  }

  private synchronized KnownHosts entries() {
    try {
      if (file.checkReloadRequired()) {
        entries =
            KnownHosts.of(
                file.exists() ? KnownHostEntry.readKnownHostEntries(file.getPath()) : List.of());
      }
    } catch (IOException e) {
      LOG.warnf("The known host keys cannot be read: %s", e.toString());
      entries = KnownHosts.of(List.of());
      file.resetReloadAttributes();
    }
    return entries;
  }

  private static boolean isMeant(KnownHostEntry entry, Target target, int port) {
    return entry.isHostMatch(target.host, port) || entry.isHostMatch(target.ip, port);
  }

  // As OpenSSH does it: without a port, these are for the host whatever its port is.
  private static boolean isOfAllPorts(KnownHostEntry entry, Target target) {
    return entry.getMarker() != null && isMeant(entry, target, 22);
  }

  private static boolean isAuthority(KnownHostEntry entry) {
    return AUTHORITY.equals(entry.getMarker());
  }

  private static String text(KnownHostEntry entry) {
    byte[] key = entry.getKeyEntry().getKeyData();
    return entry.getKeyEntry().getKeyType() + " " + Base64.getEncoder().encodeToString(key);
  }

  private static String nameInFile(Session session) {
    Target target = Target.of(session);
    return target.port == 22 ? target.host : "[" + target.host + "]:" + target.port;
  }
}

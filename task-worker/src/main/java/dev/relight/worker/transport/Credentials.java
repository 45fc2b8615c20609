package dev.relight.worker.transport;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/**
 * What this worker can log in with: read anew for each connection, so that a changed file counts at
 * once. Reads files: not for event loops.
 */
@Singleton
class Credentials {
  private final SshConfig config;

  Credentials(SshConfig config) {
    this.config = config;
  }

  Login login(String name, InetAddress address) {
    SshConfig.Credential credential = name == null ? null : config.credentials().get(name);
    if (credential == null) {
      throw new HostFailure("The worker has no credential '" + name + "'");
    }
    credential
        .networks()
        .ifPresent(
            networks -> {
              if (networks.stream().noneMatch(n -> Network.parse(n).contains(address))) {
                throw new HostFailure(
                    "The credential '%s' may not be used for %s"
                        .formatted(name, address.getHostAddress()));
              }
            });
    List<KeyPair> keys = new ArrayList<>();
    credential.privateKey().ifPresent(file -> keys.addAll(keys(name, file)));
    String password = credential.passwordFile().map(file -> password(name, file)).orElse(null);
    if (keys.isEmpty() && password == null) {
      throw new HostFailure(
          "The credential '%s' has neither a private key nor a password file".formatted(name));
    }
    return new Login(credential.user(), keys, password);
  }

  private static List<KeyPair> keys(String name, Path file) {
    try (InputStream content = Files.newInputStream(file)) {
      Iterable<KeyPair> pairs =
          SecurityUtils.loadKeyPairIdentities(
              null, NamedResource.ofName(file.toString()), content, FilePasswordProvider.EMPTY);
      List<KeyPair> keys = new ArrayList<>();
      if (pairs != null) {
        pairs.forEach(keys::add);
      }
      if (keys.isEmpty()) {
        throw new HostFailure("No private key of '%s' in %s".formatted(name, file));
      }
      return keys;
    } catch (IOException | GeneralSecurityException e) {
      throw new HostFailure(
          "The private key of '%s' cannot be read from %s: %s".formatted(name, file, kind(e)));
    }
  }

  private static String password(String name, Path file) {
    try {
      return Files.readString(file).stripTrailing();
    } catch (IOException e) {
      throw new HostFailure(
          "The password of '%s' cannot be read from %s: %s".formatted(name, file, kind(e)));
    }
  }

  // Only what kind of failure it was: a parser's message may quote from the file.
  private static String kind(Exception e) {
    return e.getClass().getSimpleName();
  }
}

package dev.relight.worker.transport;

import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
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

  boolean has(String name) {
    return name != null && config.credentials().containsKey(name);
  }

  /** What it may be used for. */
  Scope scope(String name) {
    SshConfig.Credential credential = named(name);
    return new Scope(name, credential.networks(), credential.profiles());
  }

  /** The host in front of those that it is for. */
  Optional<SshConfig.Jump> jump(String name) {
    Optional<SshConfig.Jump> jump = named(name).jump();
    if (jump.isPresent() && named(jump.get().credential()).jump().isPresent()) {
      throw new HostFailure(
          "The credential '%s' is for a jump host and must not have one itself"
              .formatted(jump.get().credential()));
    }
    return jump;
  }

  Login login(String name) {
    SshConfig.Credential credential = named(name);
    List<KeyPair> keys = new ArrayList<>();
    credential.privateKey().ifPresent(file -> keys.addAll(keys(name, credential, file)));
    String inVariable =
        new Secret(what("private key", name), Optional.empty(), credential.privateKeyVariable())
            .read();
    if (inVariable != null) {
      keys.addAll(parse(name, credential, credential.privateKeyVariable().get(), inVariable));
    }
    String password =
        new Secret(what("password", name), credential.passwordFile(), credential.passwordVariable())
            .read();
    if (keys.isEmpty() && password == null) {
      throw new HostFailure(
          "The credential '%s' has neither a private key nor a password file".formatted(name));
    }
    return new Login(credential.user(), keys, password);
  }

  private SshConfig.Credential named(String name) {
    if (!has(name)) {
      throw new HostFailure("The worker has no credential '" + name + "'");
    }
    return config.credentials().get(name);
  }

  private static List<KeyPair> keys(String name, SshConfig.Credential credential, Path file) {
    String text = new Secret(what("private key", name), Optional.of(file), Optional.empty()).read();
    List<KeyPair> keys = parse(name, credential, file.toString(), text);
    Path certificate = Path.of(file + "-cert.pub");
    if (Files.exists(certificate)) {
      // The first that is offered; hosts that do not trust who signed it may know the key.
      keys.add(0, new KeyPair(certificate(name, certificate), keys.get(0).getPrivate()));
    }
    return keys;
  }

  private static List<KeyPair> parse(
      String name, SshConfig.Credential credential, String where, String text) {
    String passphrase =
        new Secret(
                what("passphrase", name),
                credential.passphraseFile(),
                credential.passphraseVariable())
            .read();
    try {
      Iterable<KeyPair> pairs =
          SecurityUtils.loadKeyPairIdentities(
              null,
              NamedResource.ofName(where),
              // A PEM file ends with its line.
              new ByteArrayInputStream((text + "\n").getBytes(StandardCharsets.UTF_8)),
              passphrase == null
                  ? FilePasswordProvider.EMPTY
                  : FilePasswordProvider.of(passphrase));
      List<KeyPair> keys = new ArrayList<>();
      if (pairs != null) {
        pairs.forEach(keys::add);
      }
      if (keys.isEmpty()) {
        throw new HostFailure("No private key of '%s' in %s".formatted(name, where));
      }
      return keys;
    } catch (IOException | GeneralSecurityException e) {
      throw new HostFailure(
          "The private key of '%s' cannot be read from %s: %s%s"
              .formatted(
                  name,
                  where,
                  kind(e),
                  passphrase == null
                      ? "; if it has a passphrase, name it by passphrase-file"
                      : "; is it the right passphrase?"));
    }
  }

  private static OpenSshCertificate certificate(String name, Path file) {
    String text = new Secret(what("certificate", name), Optional.of(file), Optional.empty()).read();
    OpenSshCertificate certificate;
    try {
      certificate =
          (OpenSshCertificate)
              PublicKeyEntry.parsePublicKeyEntry(text).resolvePublicKey(null, null, null);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new HostFailure(
          "The certificate of '%s' cannot be read from %s: %s".formatted(name, file, kind(e)));
    }
    if (!OpenSshCertificate.isValidNow(certificate)) {
      throw new HostFailure(
          "The certificate of '%s' in %s is valid from %s to %s only"
              .formatted(
                  name,
                  file,
                  Instant.ofEpochSecond(certificate.getValidAfter()),
                  Instant.ofEpochSecond(certificate.getValidBefore())));
    }
    return certificate;
  }

  private static String what(String secret, String name) {
    return secret + " of '" + name + "'";
  }

  // Only what kind of failure it was: a parser's message may quote from the file.
  private static String kind(Exception e) {
    return e.getClass().getSimpleName();
  }
}

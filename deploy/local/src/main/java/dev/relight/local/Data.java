package dev.relight.local;

import dev.relight.embedded.DirectoryLock;
import dev.relight.embedded.Scratch;
import dev.relight.embedded.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/** The directory of one system, held by this process; what an earlier one left in it is cleared. */
final class Data implements AutoCloseable {
  private static final int PASSWORD_BYTES = 15;
  private static final int MASTER_KEY_BYTES = 32;

  private final DirectoryLock lock;

  private Data(DirectoryLock lock) {
    this.lock = lock;
  }

  /** Takes the directory, or if it is null a new one that lives until the next start. */
  static Data open(Path directory) throws StartFailure {
    try {
      if (directory == null) {
        return new Data(Scratch.fresh("local", Leftovers::clear));
      }
      Data data = new Data(lock(directory));
      Leftovers.clear(directory);
      return data;
    } catch (IOException e) {
      throw new StartFailure("The data directory cannot be used: " + e.getMessage(), e);
    }
  }

  private static DirectoryLock lock(Path directory) throws StartFailure {
    try {
      return DirectoryLock.tryLock(directory)
          .orElseThrow(() -> new StartFailure("Another Relight runs on " + directory));
    } catch (IOException e) {
      throw new StartFailure("The directory " + directory + " cannot be written to", e);
    }
  }

  Path root() {
    return lock.directory();
  }

  Path hosts() {
    return hostsOf(root());
  }

  static Path hostsOf(Path root) {
    return root.resolve("hosts");
  }

  Path postgres() {
    return postgresOf(root());
  }

  static Path postgresOf(Path root) {
    return root.resolve("postgres");
  }

  Path kafka() {
    return root().resolve("kafka");
  }

  /** Where the keys of SSH are. */
  Path keys() {
    return root().resolve("ssh");
  }

  /** The file of that name among the logs. */
  Path log(String name) throws IOException {
    return Files.createDirectories(root().resolve("logs")).resolve(name + ".log");
  }

  /** The password of the user admin: the environment's, else the one that was made at first. */
  String adminPassword() throws IOException {
    String given = System.getenv("RELIGHT_ADMIN_PASSWORD");
    if (given != null && !given.isBlank()) {
      return given;
    }
    if (Files.notExists(passwordFile())) {
      byte[] random = new byte[PASSWORD_BYTES];
      new SecureRandom().nextBytes(random);
      keepAdminPassword(Base64.getUrlEncoder().encodeToString(random));
    }
    return Files.readString(passwordFile());
  }

  /** Makes a start without that environment find the password. */
  void keepAdminPassword(String password) throws IOException {
    SecretFile.write(passwordFile(), password);
  }

  /** The file with the key that encrypts secrets in the database; made at the first start. */
  Path masterKeys() throws IOException {
    Path file = root().resolve("master-keys");
    if (Files.notExists(file)) {
      byte[] random = new byte[MASTER_KEY_BYTES];
      new SecureRandom().nextBytes(random);
      SecretFile.write(file, "1:" + Base64.getEncoder().encodeToString(random) + "\n");
    }
    return file;
  }

  private Path passwordFile() {
    return root().resolve("admin-password");
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}

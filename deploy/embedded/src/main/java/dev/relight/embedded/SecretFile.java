package dev.relight.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that only their owner can read, from their first moment on. */
public final class SecretFile {
  private SecretFile() {}

  /** Writes a new file, in the place of an old one, and returns it. */
  public static Path write(Path file, String secret) throws IOException {
    Files.deleteIfExists(file);
    var ownerOnly = PosixFilePermissions.fromString("rw-------");
    Files.createFile(file, PosixFilePermissions.asFileAttribute(ownerOnly));
    return Files.writeString(file, secret);
  }
}

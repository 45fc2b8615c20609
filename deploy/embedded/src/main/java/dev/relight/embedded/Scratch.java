package dev.relight.embedded;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** This user's own directory under the system's temporary one: nobody else can read or plant. */
public final class Scratch {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private Scratch() {}

  /** Makes the directory, or proves that the one that is there belongs to this user alone. */
  public static Path directory() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Path directory = temporary.resolve("relight-" + System.getProperty("user.name"));
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException e) {
      boolean ours =
          Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
              && Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).equals(whoAmI())
              && Files.getPosixFilePermissions(directory).equals(OWNER_ONLY);
      if (!ours) {
        throw new IOException(directory + " is not a private directory of this user", e);
      }
    }
    return directory;
  }

  /** The owner of a new file: the only answer that also holds for a user without a name. */
  private static UserPrincipal whoAmI() throws IOException {
    Path file = Files.createTempFile("relight", null);
    try {
      return Files.getOwner(file);
    } finally {
      Files.delete(file);
    }
  }
}

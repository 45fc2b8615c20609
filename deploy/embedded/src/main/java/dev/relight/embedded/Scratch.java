package dev.relight.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;

/** This user's own directory under the system's temporary one: nobody else can read or plant. */
public final class Scratch {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /** Ends what a dead process has left running in a directory. */
  public interface Clearing {
    void clear(Path directory) throws IOException;
  }

  private Scratch() {}

  /**
   * A new directory of that name, held by this process; those that earlier processes held, and no
   * longer do, are cleared and deleted.
   */
  public static synchronized DirectoryLock fresh(String name, Clearing clearing)
      throws IOException {
    Path scratch = directory();
    // Nobody else looks for leftovers between making a directory and holding it.
    try (FileChannel channel =
        FileChannel.open(
            scratch.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock();
      try (DirectoryStream<Path> all = Files.newDirectoryStream(scratch, name + "-*")) {
        for (Path earlier : all) {
          clearUnlessHeld(earlier, clearing);
        }
      }
      return DirectoryLock.tryLock(Files.createTempDirectory(scratch, name + "-")).orElseThrow();
    }
  }

  private static void clearUnlessHeld(Path directory, Clearing clearing) throws IOException {
    Optional<DirectoryLock> held = DirectoryLock.tryLock(directory);
    if (held.isPresent()) {
      try (DirectoryLock ours = held.get()) {
        clearing.clear(ours.directory());
        DirectoryTree.delete(ours.directory());
      }
    }
  }

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

package dev.relight.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Small disks, which can be made full; only root can have them, others get directories. */
final class Disks implements AutoCloseable {
  /** Where they are, and how large. */
  private static final Map<String, String> SIZES =
      Map.of("postgres", "1g", "kafka/broker-3", "1g", "worker-log", "8m");

  private static final String BALLAST = "ballast";
  private static final int CHUNK = 64 * 1024;

  private final Path root;
  private final Map<String, Path> mounted = new HashMap<>();

  private Disks(Path root) {
    this.root = root;
  }

  /** Makes them, where this user may. */
  static Disks under(Path root) throws IOException, InterruptedException {
    Disks disks = new Disks(root);
    if (System.getProperty("user.name").equals("root")) {
      for (Map.Entry<String, String> size : SIZES.entrySet()) {
        Path directory = Files.createDirectories(root.resolve(size.getKey()));
        String options = "size=" + size.getValue() + ",mode=0700";
        if (run("mount", "-t", "tmpfs", "-o", options, "relight", directory.toString()) == 0) {
          disks.mounted.put(size.getKey(), directory);
        }
      }
    }
    return disks;
  }

  /** Whether that one can be made full. */
  boolean has(String name) {
    return mounted.containsKey(name);
  }

  /** The directory of that one. */
  Path small(String name) throws IOException {
    return Files.createDirectories(root.resolve(name));
  }

  /** Leaves no room on it. */
  void fill(String name) throws IOException {
    try (OutputStream ballast = Files.newOutputStream(mounted.get(name).resolve(BALLAST))) {
      byte[] chunk = new byte[CHUNK];
      while (true) {
        ballast.write(chunk);
      }
    } catch (IOException full) {
      // As it should be.
    }
  }

  /** Whether nobody else finds room there. */
  boolean isFull(String name) throws IOException {
    Path crumb = mounted.get(name).resolve(BALLAST + "-more");
    try {
      Files.write(crumb, new byte[CHUNK]);
      return false;
    } catch (IOException full) {
      return true;
    } finally {
      Files.deleteIfExists(crumb);
    }
  }

  /** Gives back what was taken. */
  void free() throws IOException {
    for (Path directory : mounted.values()) {
      Files.deleteIfExists(directory.resolve(BALLAST));
    }
  }

  /** Takes away all that are below a directory. */
  static void unmountAll(Path directory) throws IOException {
    List<String> points = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/mounts"))) {
      String point = Arrays.asList(line.split(" ")).get(1);
      if (point.startsWith(directory + "/")) {
        points.add(point);
      }
    }
    Collections.reverse(points);
    try {
      for (String point : points) {
        run("umount", "-l", point);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    if (!mounted.isEmpty()) {
      unmountAll(root);
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}

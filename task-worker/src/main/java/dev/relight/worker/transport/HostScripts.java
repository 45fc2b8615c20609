package dev.relight.worker.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The shell scripts that run on hosts; they travel with each call and are nowhere installed.
 *
 * @param fence stands in front of all commands, {@code fence.sh}
 * @param processes tells which processes are alive, {@code processes.sh}
 * @param tail gives the end of a log, {@code tail.sh}
 */
record HostScripts(byte[] fence, String processes, String tail) {
  static HostScripts load() {
    return new HostScripts(read("fence.sh"), text("processes.sh"), text("tail.sh"));
  }

  private static String text(String name) {
    return new String(read(name), StandardCharsets.UTF_8);
  }

  private static byte[] read(String name) {
    try (InputStream script = HostScripts.class.getResourceAsStream(name)) {
      return script.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

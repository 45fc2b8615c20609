package dev.relight.worker.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The shell scripts that run on hosts; they travel with each call and are nowhere installed.
 *
 * @param fence stands in front of all commands, {@code fence.sh}
 * @param ages tells how old processes are, {@code ages.sh}
 */
record HostScripts(byte[] fence, String ages) {
  static HostScripts load() {
    return new HostScripts(read("fence.sh"), new String(read("ages.sh"), StandardCharsets.UTF_8));
  }

  private static byte[] read(String name) {
    try (InputStream script = HostScripts.class.getResourceAsStream(name)) {
      return script.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.relight.worker.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Questions about processes of this machine. */
public final class Pids {
  private Pids() {}

  /** One that only waits for its parent to take note of its end is dead. */
  public static boolean isAlive(long pid) {
    try {
      return !Files.readString(Path.of("/proc", Long.toString(pid), "stat")).contains(") Z ");
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether a test may say which number the next process gets. */
  public static boolean canBeChosen() {
    Path last = Path.of("/proc/sys/kernel/ns_last_pid");
    try {
      Files.writeString(last, Files.readString(last));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}

package dev.relight.controlplane.security;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts what strangers have sent, all together and each address: no one of them can take what is
 * there for all.
 */
final class EarlyBytes {
  private final long most;
  private final Map<String, Long> byAddress = new HashMap<>();
  private long all;

  EarlyBytes(long most) {
    this.most = most;
  }

  /** False, and nothing is counted, where it would be too much. */
  synchronized boolean take(String address, long bytes) {
    long his = byAddress.getOrDefault(address, 0L) + bytes;
    if (all + bytes > most || his > most / 2) {
      return false;
    }
    all += bytes;
    byAddress.put(address, his);
    return true;
  }

  synchronized void giveBack(String address, long bytes) {
    all -= bytes;
    byAddress.computeIfPresent(
        address, (same, taken) -> taken.equals(bytes) ? null : taken - bytes);
  }
}

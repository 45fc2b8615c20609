package dev.relight.worker;

import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

/** Names this worker, anew with every start of its process: {@code <hostname>-<pid>-<random>}. */
@Singleton
final class WorkerId {
  private final String value;

  WorkerId() {
    String random = UUID.randomUUID().toString().substring(0, 8);
    value = hostname() + "-" + ProcessHandle.current().pid() + "-" + random;
  }

  @Override
  public String toString() {
    return value;
  }

  private static String hostname() {
    String fromEnvironment = System.getenv("HOSTNAME");
    if (fromEnvironment != null && !fromEnvironment.isBlank()) {
      return fromEnvironment;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "worker";
    }
  }
}

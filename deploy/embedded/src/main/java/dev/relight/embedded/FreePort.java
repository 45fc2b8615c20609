package dev.relight.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Finds TCP ports that nobody listens on and that no outgoing connection will take meanwhile. */
public final class FreePort {
  /** Below the ranges from which Linux (32768) and macOS (49152) serve outgoing connections. */
  private static final int FROM = 20_000;

  private static final int TO = 32_000;
  private static final int TRIES = 1_000;

  /** Goes round, so that two servers that start together are never given the same port. */
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(TO - FROM));

  private FreePort() {}

  /** A port that was free on the loopback interface a moment ago. */
  public static int next() {
    for (int i = 0; i < TRIES; i++) {
      int port = FROM + Math.floorMod(NEXT.getAndIncrement(), TO - FROM);
      if (isFree(InetAddress.getLoopbackAddress(), port)) {
        return port;
      }
    }
    throw new IllegalStateException("No free TCP port between " + FROM + " and " + TO);
  }

  /** Whether a server could listen on this address and port now. */
  public static boolean isFree(InetAddress address, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      // As every server does: what is left of ended connections does not count.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}

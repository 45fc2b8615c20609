package dev.relight.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/**
 * Finds TCP ports that nobody listens on, that no outgoing connection will take meanwhile, and that
 * no other process of this user is given soon.
 */
public final class FreePort {
  /** Below the ranges from which Linux (32768) and macOS (49152) serve outgoing connections. */
  private static final int FROM = 20_000;

  private static final int TO = 32_000;
  private static final int TRIES = 1_000;

  private FreePort() {}

  /** A port that was free on the loopback interface a moment ago. */
  public static int next() {
    return next(InetAddress.getLoopbackAddress());
  }

  /** A port that was free on this address of this machine a moment ago. */
  public static synchronized int next(InetAddress address) {
    // What was given out last: it goes round, so that servers that start together, of systems that
    // know nothing of each other, are never given the same port.
    try (FileChannel last =
        FileChannel.open(
            Scratch.directory().resolve("port"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      last.lock();
      ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
      int before = last.read(number, 0) == Integer.BYTES ? number.getInt(0) : 0;
      for (int i = 1; i <= TRIES; i++) {
        int port = FROM + Math.floorMod(before + i, TO - FROM);
        if (isFree(address, port)) {
          last.write(number.putInt(0, port - FROM).rewind(), 0);
          return port;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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

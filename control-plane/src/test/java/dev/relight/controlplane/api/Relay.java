package dev.relight.controlplane.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a server on loopback that can be cut. */
final class Relay implements AutoCloseable {
  /** What becomes of what is sent. */
  enum Mode {
    /** It arrives. */
    OPEN,
    /** Connections are closed, and new ones refused. */
    CUT
  }

  private final int server;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile ServerSocket listener;

  Relay(int server) throws IOException {
    this.server = server;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    port = listener.getLocalPort();
    accept(listener);
  }

  int port() {
    return port;
  }

  synchronized void become(Mode next) throws IOException {
    if (next == Mode.CUT) {
      listener.close();
      closeAll();
    } else if (listener.isClosed()) {
      listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
      accept(listener);
    }
  }

  @Override
  public void close() throws IOException {
    become(Mode.CUT);
  }

  private void closeAll() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  private void accept(ServerSocket from) {
    start(
        () -> {
          while (true) {
            Socket client = from.accept();
            Socket there = new Socket(InetAddress.getLoopbackAddress(), server);
            sockets.add(client);
            sockets.add(there);
            start(() -> pass(client, there));
            start(() -> pass(there, client));
          }
        });
  }

  private void pass(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
      }
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // One side has gone, and with it this connection.
              }
            },
            "relay");
    thread.setDaemon(true);
    thread.start();
  }
}

package dev.relight.worker.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that answers requests with whatever it likes, be it HTTP or not. */
final class RawServer implements AutoCloseable {
  /** Answers one connection after the other, as it likes. */
  interface Behaviour {
    void serve(Socket client) throws IOException;
  }

  private final ServerSocket socket = new ServerSocket();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  RawServer() throws IOException {
    socket.bind(new InetSocketAddress("127.0.0.1", 0));
  }

  int port() {
    return socket.getLocalPort();
  }

  List<String> requests() {
    return requests;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  void serve(Behaviour behaviour) {
    Thread thread =
        new Thread(
            () -> {
              while (!socket.isClosed()) {
                try (Socket client = socket.accept()) {
                  requests.add(request(client.getInputStream()));
                  behaviour.serve(client);
                } catch (IOException e) {
                  // The client has had enough, or the test has ended.
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  static Behaviour answering(String text) {
    return client -> client.getOutputStream().write(text.getBytes(UTF_8));
  }

  static void flood(Socket client, String head) throws IOException {
    OutputStream out = client.getOutputStream();
    out.write(head.getBytes(UTF_8));
    byte[] some = new byte[8192];
    while (true) {
      out.write(some);
    }
  }

  private static String request(InputStream in) throws IOException {
    StringBuilder request = new StringBuilder();
    while (!request.toString().endsWith("\r\n\r\n{}")) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      request.append(new String(new byte[] {(byte) next}, ISO_8859_1));
    }
    return request.toString();
  }

  static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void pauseForLong() {
    for (int i = 0; i < 300; i++) {
      pause();
    }
  }
}

package dev.relight.worker.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A way to a local server that can swallow whatever is said on it, without closing anything. */
final class FrozenWay implements AutoCloseable {
  private final ServerSocket socket;
  private final List<Way> ways = new CopyOnWriteArrayList<>();
  private final int target;

  private static final class Way {
    private final Socket one;
    private final Socket other;
    private volatile boolean frozen;

    Way(Socket one, Socket other) {
      this.one = one;
      this.other = other;
    }

    void carry(Socket from, Socket to) {
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] bytes = new byte[8192];
        for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
          if (!frozen) {
            out.write(bytes, 0, read);
          }
        }
        if (!frozen) {
          to.close();
        }
      } catch (IOException e) {
        // One side is gone.
      }
    }
  }

  FrozenWay(int target) throws IOException {
    this(0, target);
  }

  FrozenWay(int port, int target) throws IOException {
    this.target = target;
    socket = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** Says nothing more on those connections that there are; new ones are well. */
  void freeze() {
    ways.forEach(way -> way.frozen = true);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Way way : ways) {
      way.one.close();
      way.other.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket one = socket.accept();
        Way way = new Way(one, new Socket(InetAddress.getLoopbackAddress(), target));
        ways.add(way);
        daemon(() -> way.carry(way.one, way.other));
        daemon(() -> way.carry(way.other, way.one));
      }
    } catch (IOException e) {
      // The test has ended.
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "frozen-way");
    thread.setDaemon(true);
    thread.start();
  }
}

package dev.relight.faults;

import dev.relight.embedded.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A piece of the network between two parts: what connects to its port comes out at its target. */
final class Link implements AutoCloseable {
  private enum State {
    OPEN,
    CUT,
    SILENT
  }

  private static final int BUFFER = 16_384;
  private static final int BACKLOG = 200;
  private static final int CONNECT_MILLIS = 2_000;
  private static final long STACK = 256 * 1024;

  private final ServerSocket server;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicLong hurt = new AtomicLong();
  private volatile int target;
  private volatile State state = State.OPEN;
  private volatile Duration delay = Duration.ZERO;

  Link(int target) {
    this.target = target;
    try {
      server = new ServerSocket(FreePort.next(), BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** How often it has not let something through, or not at once. */
  long hurt() {
    return hurt.get();
  }

  /** From now on, new connections come out there. */
  void leadTo(int port) {
    target = port;
  }

  /** All connections are reset, and new ones refused. */
  void cut() {
    set(State.CUT);
    hurt.addAndGet(connections.size());
    connections.forEach(Connection::reset);
  }

  /**
   * Connections stay, and nothing gets through any more: neither bytes nor that they are closed.
   */
  void silence() {
    set(State.SILENT);
  }

  /** Both sides take the connections for open, and nothing gets through them; new ones work. */
  void forgetConnections() {
    connections.forEach(connection -> connection.forgotten = true);
  }

  /** Whatever is sent takes so much longer. */
  void slow(Duration by) {
    delay = by;
  }

  /** All is as it should be; what was held back goes on its way, what was forgotten is reset. */
  void mend() {
    delay = Duration.ZERO;
    connections.stream().filter(connection -> connection.forgotten).forEach(Connection::reset);
    set(State.OPEN);
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // It is not needed any more.
    }
    cut();
  }

  private synchronized void set(State next) {
    state = next;
    notifyAll();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Connection connection = new Connection(server.accept());
        thread(connection::run);
      } catch (IOException e) {
        // Closed, or nobody any more.
      }
    }
  }

  private synchronized void awaitSound(Connection connection) throws IOException {
    if (state == State.SILENT || connection.forgotten) {
      hurt.incrementAndGet();
    }
    while (!connection.broken && (state == State.SILENT || connection.forgotten)) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(null, work, "link", STACK);
    thread.setDaemon(true);
    thread.start();
  }

  /** Of a client with the target. */
  private final class Connection {
    private final Socket in;
    private final Socket out = new Socket();
    private volatile boolean forgotten;
    private volatile boolean broken;

    private Connection(Socket client) {
      in = client;
      connections.add(this);
    }

    private void run() {
      try {
        awaitSound(this);
        if (state == State.CUT) {
          hurt.incrementAndGet();
          reset();
          return;
        }
        out.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS);
        out.setTcpNoDelay(true);
        in.setTcpNoDelay(true);
        Thread back = new Thread(null, () -> pump(out, in), "link", STACK);
        back.setDaemon(true);
        back.start();
        pump(in, out);
        back.join();
      } catch (IOException e) {
        reset();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        connections.remove(this);
        reset();
      }
    }

    private void pump(Socket from, Socket to) {
      byte[] buffer = new byte[BUFFER];
      try {
        InputStream source = from.getInputStream();
        OutputStream sink = to.getOutputStream();
        for (int read = source.read(buffer); read >= 0; read = source.read(buffer)) {
          if (!delay.isZero()) {
            hurt.incrementAndGet();
            Thread.sleep(delay.toMillis());
          }
          awaitSound(this);
          sink.write(buffer, 0, read);
        }
        awaitSound(this);
        to.shutdownOutput();
      } catch (IOException e) {
        reset();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void reset() {
      synchronized (Link.this) {
        broken = true;
        Link.this.notifyAll();
      }
      reset(in);
      reset(out);
    }

    private static void reset(Socket socket) {
      try {
        socket.setSoLinger(true, 0);
      } catch (SocketException e) {
        // Closed already.
      }
      try {
        socket.close();
      } catch (IOException e) {
        // As good as closed.
      }
    }
  }
}

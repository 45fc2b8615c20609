package dev.relight.worker.transport;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelListener;
import org.apache.sshd.common.util.net.SshdSocketAddress;

/**
 * A connection to one host: runs commands side by side and ends when nobody has used it for a
 * while. Where nobody has come to do more than to look, that is a short one: no work follows a
 * look.
 */
final class SshConnection {
  private static final int MAX_BYTES = 1 << 20;
  private static final Duration AFTER_A_LOOK = Duration.ofSeconds(2);

  private final ClientSession session;
  private final Duration idleTimeout;
  private final IdleConnections idle;
  private final Runnable forget;
  private int users;
  private long lastUse = System.nanoTime();
  private boolean worked;

  /**
   * @param idle the others that nobody uses
   * @param forget run before it is closed, so that it is offered to nobody any more
   */
  SshConnection(
      ClientSession session, Duration idleTimeout, IdleConnections idle, Runnable forget) {
    this.session = session;
    this.idleTimeout = idleTimeout;
    this.idle = idle;
    this.forget = forget;
    session.addCloseFutureListener(closed -> idle.remove(this));
  }

  /** What a command is run for. */
  enum Purpose {
    LOOK,
    WORK
  }

  /** Runs a command line with this input. A cancelled one loses its channel, but may go on. */
  Uni<CommandResult> run(Purpose purpose, String commandLine, byte[] input) {
    return Uni.createFrom()
        .<CommandResult>emitter(
            result -> {
              try {
                open(commandLine, input, result);
              } catch (IOException | IllegalStateException e) {
                result.fail(lost());
              }
            })
        .onSubscription()
        .invoke(() -> enter(purpose))
        .onTermination()
        .invoke(this::release);
  }

  /**
   * Opens a way through this host to another one.
   *
   * @return where it begins, on this machine
   */
  InetSocketAddress tunnel(String host, int port) {
    try {
      SshdSocketAddress begin =
          session.startLocalPortForwarding(
              new SshdSocketAddress("127.0.0.1", 0), new SshdSocketAddress(host, port));
      enter(Purpose.WORK);
      return new InetSocketAddress("127.0.0.1", begin.getPort());
    } catch (IOException | IllegalStateException e) {
      throw lost();
    }
  }

  void closeTunnel(InetSocketAddress begin) {
    try {
      session.stopLocalPortForwarding(new SshdSocketAddress("127.0.0.1", begin.getPort()));
    } catch (IOException | IllegalStateException e) {
      // It has ended with its connection.
    }
    release();
  }

  private void open(String commandLine, byte[] input, UniEmitter<? super CommandResult> result)
      throws IOException {
    ChannelExec channel = session.createExecChannel(commandLine);
    BoundedBytes output = new BoundedBytes(MAX_BYTES);
    BoundedBytes errors = new BoundedBytes(MAX_BYTES);
    channel.setOut(output);
    channel.setErr(errors);
    result.onTermination(() -> channel.close(true));
    channel.addCloseFutureListener(
        closed -> {
          if (channel.getExitStatus() == null && channel.getExitSignal() == null) {
            result.fail(lost());
          } else {
            result.complete(
                new CommandResult(
                    channel.getExitStatus(), output.toByteArray(), errors.toByteArray()));
          }
        });
    channel.addChannelListener(feeder(input, result));
    channel
        .open()
        .addListener(
            opened -> {
              if (!opened.isOpened()) {
                result.fail(lost());
              }
            });
  }

  /**
   * Writes the input when all of it fits into the server's window, so that the thread that reads
   * from the network never waits. OpenSSH has no window at all before the command has begun.
   */
  private ChannelListener feeder(byte[] input, UniEmitter<? super CommandResult> result) {
    AtomicBoolean fed = new AtomicBoolean();
    return new ChannelListener() {
      @Override
      public void channelStateChanged(Channel channel, String hint) {
        if (channel.getRemoteWindow().getSize() >= input.length && fed.compareAndSet(false, true)) {
          feed((ChannelExec) channel, input, result);
        }
      }
    };
  }

  private void feed(ChannelExec channel, byte[] input, UniEmitter<? super CommandResult> result) {
    try (OutputStream in = channel.getInvertedIn()) {
      in.write(input);
    } catch (IOException e) {
      result.fail(lost());
    }
  }

  private HostFailure lost() {
    return HostFailure.connection("The connection was lost");
  }

  /** Keeps it from being closed, for whoever is about to use it. */
  void hold() {
    synchronized (this) {
      users++;
    }
    idle.remove(this);
  }

  /** Ends what {@link #hold} began. */
  void release() {
    boolean unused;
    synchronized (this) {
      users--;
      unused = users == 0;
      lastUse = System.nanoTime();
    }
    if (unused && session.isOpen()) {
      idle.add(this);
    }
  }

  /** Closes it, unless somebody has come to use it meanwhile. */
  void closeIfUnused() {
    synchronized (this) {
      if (users > 0) {
        return;
      }
    }
    idle.remove(this);
    forget.run();
    session.close(false);
  }

  /** To be called now and then. Whoever has asked for it may never have come. */
  void closeIfIdle() {
    if (isIdle()) {
      closeIfUnused();
    }
  }

  private void enter(Purpose purpose) {
    synchronized (this) {
      worked |= purpose == Purpose.WORK;
    }
    hold();
  }

  private synchronized Duration patience() {
    return worked || idleTimeout.compareTo(AFTER_A_LOOK) < 0 ? idleTimeout : AFTER_A_LOOK;
  }

  private synchronized boolean isIdle() {
    return users == 0 && System.nanoTime() - lastUse >= patience().toNanos();
  }
}

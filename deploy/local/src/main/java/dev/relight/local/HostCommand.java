package dev.relight.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;

/**
 * A command that an SSH client runs on a demo host. As with every SSH server it goes on when the
 * connection ends, unless it minds that nobody reads it.
 */
final class HostCommand implements Command {
  /** The rest of the launcher's environment is none of a host's business. */
  private static final Set<String> INHERITED = Set.of("PATH", "LANG", "TZ");

  private static final int BUFFER = 8192;

  /** What a shell answers for a command that cannot be run. */
  private static final int CANNOT_RUN = 126;

  private final DemoHost host;
  private final String command;
  private final SshFront front;
  private InputStream input;
  private OutputStream output;
  private OutputStream error;
  private ExitCallback exit;

  HostCommand(DemoHost host, String command, SshFront front) {
    this.host = host;
    this.command = command;
    this.front = front;
  }

  @Override
  public void setInputStream(InputStream stream) {
    input = stream;
  }

  @Override
  public void setOutputStream(OutputStream stream) {
    output = stream;
  }

  @Override
  public void setErrorStream(OutputStream stream) {
    error = stream;
  }

  @Override
  public void setExitCallback(ExitCallback callback) {
    exit = callback;
  }

  @Override
  public void start(ChannelSession channel, Environment environment) {
    // To start a process takes long enough to keep others waiting for this thread.
    front.threads().execute(this::run);
  }

  @Override
  public void destroy(ChannelSession channel) {
    // The streams of the channel end, and with them what copies from and to them.
  }

  private void run() {
    Process process;
    try {
      process = launch();
    } catch (IOException e) {
      exit.onExit(CANNOT_RUN, e.getMessage());
      return;
    }
    front.began(process);
    Executor threads = front.threads();
    threads.execute(() -> copy(input, process.getOutputStream()));
    var err = CompletableFuture.runAsync(() -> copy(process.getErrorStream(), error), threads);
    copy(process.getInputStream(), output);
    err.thenCombine(process.onExit(), (nothing, ended) -> ended.exitValue())
        .thenAccept(exit::onExit);
  }

  private Process launch() throws IOException {
    // The command's $0 proves to a later launcher that it is ours.
    String zero = host.directory().resolve("sh").toString();
    // In life it is another machine's time that this takes.
    ProcessBuilder builder = new ProcessBuilder("nice", "/bin/sh", "-c", command, zero);
    builder.directory(host.directory().toFile());
    builder.environment().keySet().retainAll(INHERITED);
    builder.environment().put("HOME", host.directory().toString());
    return builder.start();
  }

  /** Until the one has ended or the other cannot take more; closes both. */
  private static void copy(InputStream from, OutputStream to) {
    try (from;
        to) {
      byte[] buffer = new byte[BUFFER];
      for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
        to.write(buffer, 0, read);
        to.flush();
      }
    } catch (IOException e) {
      // One side is gone, so there is nothing left to do.
    }
  }
}

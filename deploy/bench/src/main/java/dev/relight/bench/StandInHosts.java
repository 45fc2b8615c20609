package dev.relight.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;

/**
 * Any number of hosts behind one SSH server, a process of its own: each loopback address is one. On
 * none of them is anything but what the worker hears from the fence and from agentctl, so that what
 * is measured is the worker.
 */
final class StandInHosts {
  private static final int FIRST_PID = 1_000;

  /** An agent that is nothing but its process ids. */
  private static final class StandIn {
    private int pid = FIRST_PID;
    private boolean running = true;

    synchronized void start() {
      pid += running ? 0 : 10;
      running = true;
    }

    synchronized void stop() {
      running = false;
    }

    synchronized String status() {
      if (!running) {
        return null;
      }
      String service = "\"%s\":{\"state\":\"running\",\"pid\":%d,\"startAt\":1,\"ports\":[]}";
      return "{\"successful\":true,\"message\":{\"state\":\"running\",\"ready\":true,\"version\":\"4.2.2\","
          + "\"pid\":%d,\"startAt\":1,\"services\":{".formatted(pid)
          + service.formatted("ocp_mgragent", pid + 1)
          + ","
          + service.formatted("ocp_monagent", pid + 2)
          + "}},\"error\":\"\"}";
    }

    synchronized String alive(List<String> pids) {
      StringBuilder lines = new StringBuilder();
      for (String each : pids) {
        int number = Integer.parseInt(each) - pid;
        if (running && number >= 0 && number <= 2) {
          lines.append("%s boot:%s 100000 1 admin stand-in\n".formatted(each, each));
        }
      }
      return lines.toString();
    }
  }

  private static final Map<SocketAddress, StandIn> HOSTS = new ConcurrentHashMap<>();

  private StandInHosts() {}

  /**
   * Serves until standard input ends.
   *
   * @param args a file for the host key; the port and the key's public half, as it stands in
   *     known_hosts, are printed
   */
  public static void main(String[] args) throws Exception {
    Path keyFile = Path.of(args[0]);
    SimpleGeneratorHostKeyProvider key = new SimpleGeneratorHostKeyProvider(keyFile);
    key.setAlgorithm("EC");
    key.setKeySize(256);
    SshServer server = SshServer.setUpDefaultServer();
    server.setHost("0.0.0.0");
    server.setPort(0);
    server.setKeyPairProvider(key);
    server.setPublickeyAuthenticator((user, shown, session) -> true);
    server.setCommandFactory(
        (channel, command) ->
            new Answer(
                HOSTS.computeIfAbsent(
                    channel.getSession().getIoSession().getLocalAddress(), a -> new StandIn()),
                command));
    server.start();
    String shown = PublicKeyEntry.toString(key.loadKeys(null).iterator().next().getPublic());
    System.out.println(server.getPort() + " " + shown);
    while (System.in.read() >= 0) {
      // Whoever started it lives.
    }
    Files.deleteIfExists(keyFile);
    System.exit(0);
  }

  /** What the fence says about a command, without a shell. */
  private static final class Answer implements Command {
    private static final int BEFORE_MODE = 3;
    private static final int BEFORE_COMMAND = 11;
    private static final String DOWN =
        "{\"successful\":false,\"message\":null,\"error\":\"code=read_pid_failed; none\"}";

    private final StandIn host;
    private final List<String> words;
    private OutputStream output;
    private ExitCallback exit;

    Answer(StandIn host, String line) {
      this.host = host;
      this.words = words(line);
    }

    // Each is in quotes of its own.
    private static List<String> words(String line) {
      List<String> words = new ArrayList<>();
      for (String word : line.substring(1, line.length() - 1).split("' '", -1)) {
        words.add(word);
      }
      return words;
    }

    /** Null where agentctl would have failed. */
    private String answer() {
      List<String> command = words.subList(BEFORE_COMMAND, words.size());
      String last = command.isEmpty() ? "" : command.get(command.size() - 1);
      if (command.contains("processes")) {
        return host.alive(command.subList(command.indexOf("processes") + 1, command.size()));
      }
      switch (last) {
        case "status":
          return host.status();
        case "start":
          host.start();
          break;
        case "stop":
          host.stop();
          break;
        default:
          break;
      }
      return "{\"successful\":true,\"message\":\"ok\",\"error\":\"\"}";
    }

    @Override
    public void start(ChannelSession channel, Environment environment) throws IOException {
      String said = answer();
      String nonce = words.get(BEFORE_MODE + 1);
      String fence = words.get(BEFORE_MODE + 5);
      byte[] bytes =
          (said == null
                  ? "\nrelight %s done 255 %s 0 %d\n%s".formatted(nonce, fence, DOWN.length(), DOWN)
                  : "\nrelight %s done 0 %s %d 0\n%s".formatted(nonce, fence, said.length(), said))
              .getBytes(StandardCharsets.US_ASCII);
      output.write(bytes);
      output.flush();
      exit.onExit(0);
    }

    @Override
    public void setOutputStream(OutputStream out) {
      output = out;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
      exit = callback;
    }

    @Override
    public void setInputStream(InputStream in) {}

    @Override
    public void setErrorStream(OutputStream err) {}

    @Override
    public void destroy(ChannelSession channel) {}
  }
}

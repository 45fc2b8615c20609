package dev.relight.faults;

import dev.relight.local.DemoHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What was really done on one host, in its own words; see the head of {@code ocp_agentctl}. */
final class HostRecord {
  /**
   * A line.
   *
   * @param at milliseconds since the epoch
   * @param action begin, end, started, stopped or overlap
   * @param what start or stop; of started and stopped the process id
   * @param chain the subtask, with "-compensation" where it brings an agent back; "-" past the
   *     fence
   * @param fence of the dispatch, 0 past the fence
   */
  record Line(long at, String action, String what, String chain, long fence) {
    boolean compensates() {
      return chain.endsWith("-compensation");
    }

    /** Whether the agent runs now that did not, or the other way round. */
    boolean isChange() {
      return action.equals("started") || action.equals("stopped");
    }

    boolean isOf(long subtask) {
      return chain.equals(Long.toString(subtask)) || chain.equals(subtask + "-compensation");
    }

    private static Line parse(String text) {
      String[] word = text.split(" ");
      String attempt = word[3];
      int dash = attempt.lastIndexOf('-');
      boolean fenced = dash > 0;
      return new Line(
          TimeUnit.NANOSECONDS.toMillis(Long.parseLong(word[0])),
          word[1],
          word[2],
          fenced ? attempt.substring(0, dash) : "-",
          fenced ? Long.parseLong(attempt.substring(dash + 1)) : 0);
    }
  }

  private final DemoHost host;
  private long read;

  HostRecord(DemoHost host) throws IOException {
    this.host = host;
    begin();
  }

  DemoHost host() {
    return host;
  }

  /** What is there now does not count any more. */
  void begin() throws IOException {
    read = Files.exists(file()) ? Files.size(file()) : 0;
  }

  /** All that was written since. */
  List<Line> lines() throws IOException {
    byte[] all = Files.readAllBytes(file());
    String text = new String(all, (int) read, all.length - (int) read, StandardCharsets.UTF_8);
    List<Line> lines = new ArrayList<>();
    text.lines().forEach(line -> lines.add(Line.parse(line)));
    return lines;
  }

  private Path file() {
    return host.directory().resolve("record");
  }
}

package dev.relight.bench;

import dev.relight.local.Service;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One worker that restarts the agents of many hosts at the same time over SSH, whose agents are
 * none: what that takes of it (Linux only).
 */
final class SshHosts {
  private static final String HEAP = "4g";
  private static final String ESTABLISHED = "01";
  private static final int PER_NET = 250;

  private final Bench bench;

  SshHosts(Bench bench) {
    this.bench = bench;
  }

  List<Result> measure(List<Integer> sizes) throws Exception {
    if (bench.data().isEmpty()) {
      return List.of();
    }
    Path keys = bench.data().get().resolve("ssh");
    Process server = serve(keys.resolve("stand_in_key"));
    try {
      BufferedReader told = server.inputReader();
      String[] answer = told.readLine().split(" ", 2);
      int port = Integer.parseInt(answer[0]);
      List<Result> results = new ArrayList<>();
      List<Long> hosts = new ArrayList<>();
      for (int size : sizes) {
        register(hosts, size, port, keys.resolve("known_hosts"), answer[1]);
        // Once before, so that it is measured warm.
        restart(hosts.subList(0, Math.min(size, 200)), port);
        results.add(measure(hosts.subList(0, size), port));
      }
      return results;
    } finally {
      server.destroy();
    }
  }

  private Result measure(List<Long> hosts, int port) throws Exception {
    long begin = System.nanoTime();
    long peak = restart(hosts, port);
    double seconds = (System.nanoTime() - begin) / 1e9;
    Service worker =
        bench.services().stream().filter(s -> s.name().startsWith("worker")).findFirst().get();
    long pid = worker.process().pid();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("hosts", hosts.size());
    values.put("s", Result.rounded(seconds));
    values.put("connections_peak", peak);
    values.put("connections_after", connections(port));
    values.put("heap_mb_after", heapMegabytes(pid));
    values.put("rss_mb", Memory.residentKilobytes(pid) / 1024);
    values.put("threads", threads(pid));
    return new Result(Figure.ssh_hosts.name(), values);
  }

  /** Restarts all of them once; gives the most connections that were open at a time. */
  private long restart(List<Long> hosts, int port) throws Exception {
    long task = bench.api().taskId(bench.api().restart(hosts));
    long peak = 0;
    while (bench.tasks().ended(List.of(task)).isEmpty()) {
      peak = Math.max(peak, connections(port));
      TimeUnit.MILLISECONDS.sleep(200);
    }
    return peak;
  }

  private void register(List<Long> hosts, int count, int port, Path knownHosts, String key)
      throws Exception {
    List<String> lines = new ArrayList<>();
    for (int number = hosts.size(); number < count; number++) {
      String address =
          "127.%d.%d.%d"
              .formatted(
                  10 + number / PER_NET / PER_NET,
                  number / PER_NET % PER_NET,
                  1 + number % PER_NET);
      lines.add("[%s]:%d %s".formatted(address, port, key));
    }
    Files.write(knownHosts, lines, StandardOpenOption.APPEND);
    for (String line : lines) {
      String address = line.substring(1, line.indexOf(']'));
      hosts.add(bench.api().register("ssh-" + address, address, port));
    }
  }

  private static Process serve(Path key) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + HEAP,
            "-cp",
            System.getProperty("java.class.path"),
            StandInHosts.class.getName(),
            key.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** To that port of this machine, whoever has made them. */
  private static long connections(int port) throws IOException {
    String there = ":%04X".formatted(port);
    long count = 0;
    for (String file : List.of("tcp", "tcp6")) {
      try (Stream<String> lines = Files.lines(Path.of("/proc/net", file))) {
        count +=
            lines
                .map(line -> line.strip().split("\\s+"))
                .filter(field -> field[2].endsWith(there) && field[3].equals(ESTABLISHED))
                .count();
      }
    }
    return count;
  }

  /** What is alive of it: garbage is collected first. */
  private static long heapMegabytes(long pid) throws IOException, InterruptedException {
    jcmd(pid, "GC.run");
    long kilobytes = 0;
    for (String line : jcmd(pid, "GC.heap_info").split("\n")) {
      if (line.contains("generation") && line.contains("used ")) {
        kilobytes += Long.parseLong(line.replaceAll(".*used (\\d+)K.*", "$1"));
      }
    }
    return kilobytes / 1024;
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(tool.toString(), Long.toString(pid), command)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    return output;
  }

  private static long threads(long pid) throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      return tasks.count();
    }
  }
}

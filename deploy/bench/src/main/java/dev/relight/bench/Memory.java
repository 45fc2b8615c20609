package dev.relight.bench;

import dev.relight.local.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How much memory the services hold, as the operating system counts it (Linux only). */
final class Memory {
  private static final String RESIDENT = "VmRSS:";

  private final Bench bench;

  Memory(Bench bench) {
    this.bench = bench;
  }

  List<Result> measure() throws IOException {
    List<Result> results = new ArrayList<>();
    for (Service service : bench.services()) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("service", service.name());
      values.put("mb", residentKilobytes(service.process().pid()) / 1024);
      results.add(new Result(Figure.rss_mb.name(), values));
    }
    return results;
  }

  static long residentKilobytes(long pid) throws IOException {
    Path status = Path.of("/proc", String.valueOf(pid), "status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }
  }
}

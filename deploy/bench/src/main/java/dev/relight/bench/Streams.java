package dev.relight.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of more live streams than there may be: the rest is refused, and told when to ask.
 */
final class Streams {
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int HEAD = 1_024;
  private static final int LOOKS = 50;

  private final Bench bench;

  Streams(Bench bench) {
    this.bench = bench;
  }

  List<Result> measure(List<Integer> sizes) throws Exception {
    List<Result> results = new ArrayList<>();
    for (int size : sizes) {
      results.add(measure(size / bench.quickDivisor()));
    }
    return results;
  }

  private Result measure(int streams) throws Exception {
    List<Socket> sockets = new ArrayList<>();
    int open = 0;
    int refused = 0;
    int failed = 0;
    double[] looks = new double[LOOKS];
    try {
      for (int i = 0; i < streams; i++) {
        String head = open(sockets);
        if (head.startsWith("HTTP/1.1 200")) {
          open++;
        } else if (head.startsWith("HTTP/1.1 503") && head.toLowerCase().contains("retry-after:")) {
          refused++;
        } else {
          failed++;
        }
      }
      for (int i = 0; i < LOOKS; i++) {
        long start = System.nanoTime();
        bench.api().get("/api/v2/compute/hosts?size=1");
        looks[i] = (System.nanoTime() - start) / 1e6;
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    Arrays.sort(looks);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("asked", streams);
    values.put("open", open);
    values.put("refused", refused);
    values.put("failed", failed);
    values.put("other_request_p99_ms", Result.rounded(Result.percentile(looks, 99)));
    return new Result(Figure.streams.name(), values);
  }

  /** Asks for one more, and says how the answer begins. All connections stay. */
  private String open(List<Socket> sockets) throws IOException {
    URI url = bench.target().url();
    Socket socket = new Socket();
    sockets.add(socket);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), TIMEOUT_MILLIS);
    String request =
        "GET /api/v2/tasks/events HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\n\r\n"
            .formatted(url.getAuthority(), bench.api().authorization());
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    StringBuilder head = new StringBuilder();
    byte[] buffer = new byte[HEAD];
    while (head.indexOf("\r\n\r\n") < 0) {
      int count = socket.getInputStream().read(buffer);
      if (count < 0) {
        break;
      }
      head.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
    }
    return head.toString();
  }
}

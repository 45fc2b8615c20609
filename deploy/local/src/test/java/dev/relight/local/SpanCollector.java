package dev.relight.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans as a collector does, by OTLP over HTTP, and keeps them. */
final class SpanCollector implements AutoCloseable {
  /** A span; what it notes is by name, numbers as text. */
  record Taken(
      String service,
      String trace,
      String id,
      String parent,
      String name,
      Map<String, String> notes) {}

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final HttpServer server;
  private final List<Taken> taken = new CopyOnWriteArrayList<>();

  SpanCollector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Taken> of(String trace) {
    return taken.stream().filter(span -> span.trace().equals(trace)).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    for (byte[] resourceSpans : all(fields(body), 1)) {
      Map<Integer, List<Object>> ofResource = fields(resourceSpans);
      String service =
          notes(fields(all(ofResource, 1).get(0)), 1).getOrDefault("service.name", "nobody");
      for (byte[] scopeSpans : all(ofResource, 2)) {
        for (byte[] span : all(fields(scopeSpans), 2)) {
          taken.add(span(service, fields(span)));
        }
      }
    }
    exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  private static Taken span(String service, Map<Integer, List<Object>> span) {
    HexFormat hex = HexFormat.of();
    List<byte[]> parent = all(span, 4);
    return new Taken(
        service,
        hex.formatHex(all(span, 1).get(0)),
        hex.formatHex(all(span, 2).get(0)),
        parent.isEmpty() ? "" : hex.formatHex(parent.get(0)),
        new String(all(span, 5).get(0), UTF_8),
        notes(span, 9));
  }

  private static Map<String, String> notes(Map<Integer, List<Object>> fields, int number) {
    Map<String, String> notes = new HashMap<>();
    for (byte[] pair : all(fields, number)) {
      Map<Integer, List<Object>> keyAndValue = fields(pair);
      fields(all(keyAndValue, 2).get(0)).values().stream()
          .map(values -> values.get(0))
          .map(value -> value instanceof byte[] text ? new String(text, UTF_8) : value.toString())
          .forEach(value -> notes.put(new String(all(keyAndValue, 1).get(0), UTF_8), value));
    }
    return notes;
  }

  private static List<byte[]> all(Map<Integer, List<Object>> fields, int number) {
    return fields.getOrDefault(number, List.of()).stream().map(byte[].class::cast).toList();
  }

  /** A message of Protocol Buffers: by number, numbers and byte arrays. */
  private static Map<Integer, List<Object>> fields(byte[] message) {
    Map<Integer, List<Object>> fields = new HashMap<>();
    ByteBuffer rest = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    while (rest.hasRemaining()) {
      int tag = (int) varint(rest);
      Object value =
          switch (tag & 7) {
            case VARINT -> varint(rest);
            case FIXED64 -> rest.getLong();
            case FIXED32 -> (long) rest.getInt();
            case BYTES -> {
              byte[] bytes = new byte[(int) varint(rest)];
              rest.get(bytes);
              yield bytes;
            }
            default -> throw new IllegalArgumentException("no Protocol Buffers: tag " + tag);
          };
      fields.computeIfAbsent(tag >>> 3, key -> new ArrayList<>()).add(value);
    }
    return fields;
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}

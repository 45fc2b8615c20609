package dev.relight.controlplane.api;

import io.restassured.RestAssured;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** A connection on which a test writes what no HTTP client would. */
final class RawHttp implements AutoCloseable {
  static final String ADMIN =
      "Basic "
          + Base64.getEncoder()
              .encodeToString("admin:admin-secret".getBytes(StandardCharsets.US_ASCII));

  private static final int PATIENCE = 30_000;

  /**
   * What was answered.
   *
   * @param headers by name, in any case
   */
  record Answer(int status, Map<String, String> headers, String body) {}

  private final Socket socket;
  private final InputStream in;

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  static RawHttp open() throws IOException {
    return openFrom("127.0.0.1");
  }

  /** From another address of this machine. */
  static RawHttp openFrom(String address) throws IOException {
    Socket socket = new Socket("127.0.0.1", RestAssured.port, InetAddress.getByName(address), 0);
    socket.setSoTimeout(PATIENCE);
    socket.setTcpNoDelay(true);
    return new RawHttp(socket);
  }

  /** What the admin is answered. */
  static Answer get(String uri, String... headers) throws IOException {
    try (RawHttp http = open()) {
      http.write("GET " + uri + " HTTP/1.1\r\nHost: x\r\nAuthorization: " + ADMIN + "\r\n");
      for (String header : headers) {
        http.write(header + "\r\n");
      }
      http.write("\r\n");
      return http.answer("GET");
    }
  }

  void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** The next answer; one to HEAD has no body. */
  Answer answer(String method) throws IOException {
    int status = Integer.parseInt(line().split(" ")[1]);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return new Answer(
        status,
        headers,
        method.equals("HEAD") ? "" : new String(body(headers), StandardCharsets.UTF_8));
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    if (!headers.containsKey("Transfer-Encoding")) {
      return in.readNBytes(Integer.parseInt(headers.getOrDefault("Content-Length", "0")));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int length;
    do {
      length = Integer.parseInt(line(), 16);
      body.writeBytes(in.readNBytes(length));
      line();
    } while (length > 0);
    return body.toByteArray();
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("The connection was closed after: " + line);
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

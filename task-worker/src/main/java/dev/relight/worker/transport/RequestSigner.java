package dev.relight.worker.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Shows an agent's API who sends a request. Never to be printed. */
record RequestSigner(HttpConfig.Scheme scheme, String user, String password) {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String CONTENT_TYPE = "application/json";
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss").withZone(ZoneOffset.UTC);

  /** All headers of the request but those that the client makes by itself. */
  Map<String, String> headers(String method, String path, Instant now, String traceId) {
    String date = DATE.format(now);
    String authorization =
        switch (scheme) {
          case BASIC -> "Basic " + base64((user + ":" + password).getBytes(UTF_8));
          case HMAC -> {
            String message = String.join("\n", method, path, CONTENT_TYPE, date, traceId);
            yield "OCP-HMACSHA256 " + user + ":" + base64(signed(message));
          }
        };
    return Map.of(
        "Content-Type", CONTENT_TYPE,
        "Date", date,
        "X-OCP-Trace-ID", traceId,
        "Authorization", authorization);
  }

  private byte[] signed(String message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(password.getBytes(UTF_8), ALGORITHM));
      return mac.doFinal(message.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public String toString() {
    return user;
  }
}

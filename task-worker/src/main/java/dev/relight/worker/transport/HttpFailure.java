package dev.relight.worker.transport;

import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** What it means for a host that a request to its agent's API failed. */
final class HttpFailure {
  /** How Netty puts it that a peer has gone, which is nothing to do with trust. */
  private static final String GONE = "closed while SSL/TLS handshake";

  private HttpFailure() {}

  static HostFailure of(URI uri, Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable next = failure; next != null; next = next.getCause()) {
      causes.add(next);
    }
    Optional<HostFailure> known =
        causes.stream()
            .filter(HostFailure.class::isInstance)
            .map(HostFailure.class::cast)
            .findAny();
    if (known.isPresent()) {
      return known.get();
    }
    Throwable root = causes.get(causes.size() - 1);
    if (causes.stream().anyMatch(SSLException.class::isInstance) && isAboutTrust(root)) {
      return new HostFailure("%s is not trusted: %s".formatted(place(uri), firstLine(root)));
    }
    return HostFailure.connection("%s does not answer: %s".formatted(place(uri), reason(root)));
  }

  static HostFailure late(URI uri, long seconds) {
    return HostFailure.connection("%s did not answer within %d s".formatted(place(uri), seconds));
  }

  private static boolean isAboutTrust(Throwable root) {
    return root instanceof GeneralSecurityException
        || root instanceof SSLException
            && (root.getMessage() == null || !root.getMessage().contains(GONE));
  }

  private static String reason(Throwable root) {
    return root instanceof ConnectTimeoutException
        ? "no connection in time"
        : root instanceof ConnectException ? "connection refused" : "the connection was lost";
  }

  private static String place(URI uri) {
    return "The agent's API at %s://%s:%d".formatted(uri.getScheme(), uri.getHost(), uri.getPort());
  }

  private static String firstLine(Throwable root) {
    String text = root.getMessage();
    return text == null ? "TLS failed" : text.lines().findFirst().orElse("TLS failed");
  }
}

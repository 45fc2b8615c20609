package dev.relight.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinkTest {
  private static final int NEVER_MILLIS = 300;
  private static final int PATIENCE_MILLIS = 10_000;

  private ServerSocket server;
  private Link link;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    link = new Link(server.getLocalPort());
    Thread echo = new Thread(this::echo);
    echo.setDaemon(true);
    echo.start();
  }

  @AfterEach
  void close() throws IOException {
    link.close();
    server.close();
  }

  @Test
  void leadsToItsTarget() throws IOException {
    try (Socket socket = connect()) {
      assertThat(answer(socket, PATIENCE_MILLIS)).isEqualTo(7);
    }
  }

  @Test
  void holdsBackWhatIsSentInSilence() throws IOException {
    try (Socket socket = connect()) {
      answer(socket, PATIENCE_MILLIS);
      link.silence();
      assertThatThrownBy(() -> answer(socket, NEVER_MILLIS))
          .isInstanceOf(SocketTimeoutException.class);
      link.mend();
      socket.setSoTimeout(PATIENCE_MILLIS);
      assertThat(socket.getInputStream().read()).isEqualTo(7);
    }
  }

  @Test
  void aForgottenConnectionIsDeafWhileANewOneWorks() throws IOException {
    try (Socket old = connect()) {
      answer(old, PATIENCE_MILLIS);
      link.forgetConnections();
      try (Socket young = connect()) {
        assertThat(answer(young, PATIENCE_MILLIS)).isEqualTo(7);
      }
      assertThatThrownBy(() -> answer(old, NEVER_MILLIS))
          .isInstanceOf(SocketTimeoutException.class);
      link.mend();
      assertThatThrownBy(() -> answer(old, PATIENCE_MILLIS)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aCutEndsConnections() throws IOException {
    try (Socket socket = connect()) {
      answer(socket, PATIENCE_MILLIS);
      link.cut();
      assertThatThrownBy(() -> answer(socket, PATIENCE_MILLIS)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aSlowLinkTakesItsTime() throws IOException {
    try (Socket socket = connect()) {
      answer(socket, PATIENCE_MILLIS);
      link.slow(Duration.ofMillis(NEVER_MILLIS));
      long start = System.nanoTime();
      answer(socket, PATIENCE_MILLIS);
      assertThat(Duration.ofNanos(System.nanoTime() - start).toMillis())
          .isGreaterThanOrEqualTo(2 * NEVER_MILLIS);
    }
  }

  @Test
  void tellsWhetherItHasKeptAnythingBack() throws IOException {
    try (Socket socket = connect()) {
      answer(socket, PATIENCE_MILLIS);
      assertThat(link.hurt()).isZero();
      link.forgetConnections();
      assertThatThrownBy(() -> answer(socket, NEVER_MILLIS))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(link.hurt()).isPositive();
    }
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), link.port());
  }

  private static int answer(Socket socket, int millis) throws IOException {
    socket.setSoTimeout(millis);
    socket.getOutputStream().write(7);
    int answer = socket.getInputStream().read();
    if (answer < 0) {
      throw new IOException("closed");
    }
    return answer;
  }

  private void echo() {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread each =
            new Thread(
                () -> {
                  try (socket) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                  } catch (IOException e) {
                    // The client is gone.
                  }
                });
        each.setDaemon(true);
        each.start();
      }
    } catch (IOException e) {
      // The test is over.
    }
  }
}

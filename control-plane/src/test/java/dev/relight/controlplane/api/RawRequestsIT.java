package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no HTTP client of these tests would write is answered in the contract's form, too. */
@QuarkusTest
class RawRequestsIT {
  private static final String BATCH = "/compute/hosts/batchRestartAgents";

  @Test
  void aBodyThatTurnsOutTooLargeIsRefused() throws Exception {
    byte[] chunk = "1,".repeat(1 << 19).getBytes(StandardCharsets.US_ASCII);
    RawHttp.Answer answer;
    try (RawHttp http = RawHttp.open()) {
      http.write(
          "POST "
              + BATCH
              + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
              + "Authorization: "
              + RawHttp.ADMIN
              + "\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 5; i++) {
        http.write(Integer.toHexString(chunk.length) + "\r\n");
        http.write(chunk);
        http.write("\r\n");
      }
      http.write("0\r\n\r\n");
      answer = http.answer("POST");
    }

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.body()).contains("\"code\":10012", "\"traceId\":");
  }

  @Test
  void aBodyInChunksIsReadAsAnyOther() throws Exception {
    try (RawHttp http = RawHttp.open()) {
      http.write(
          "POST "
              + BATCH
              + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
              + "Authorization: "
              + RawHttp.ADMIN
              + "\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "9\r\n{\"hostIds\r\nb\r\n\":[990001]}\r\n0\r\n\r\n");
      RawHttp.Answer answer = http.answer("POST");
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.body()).contains("990001");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/compute/hosts?keyword=a%00b",
        "/iam/users/%00",
        "/iam/users/%2500",
        "/compute/hosts/%25"
      })
  void aUriWithWhatNoTextHasIsRefused(String path) throws Exception {
    RawHttp.Answer answer = RawHttp.get(path);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":10001", "%25");
  }

  @Test
  void whatIsTooLongToBeReadIsRefused() throws Exception {
    RawHttp.Answer uri = RawHttp.get("/compute/hosts?keyword=" + "x".repeat(9_000));
    assertThat(uri.status()).isEqualTo(414);
    assertThat(uri.body()).contains("\"code\":0", "8000");
    RawHttp.Answer header = RawHttp.get("/compute/hosts", "X-Long: " + "x".repeat(20_000));
    assertThat(header.status()).isEqualTo(431);
    assertThat(header.body()).contains("\"code\":0", "16000");
  }

  @Test
  void aFormThatIsNotJsonIsRefusedHoweverItIsSent() throws Exception {
    try (RawHttp http = RawHttp.open()) {
      http.write(
          "GET /compute/hosts HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data\r\n"
              + "Authorization: "
              + RawHttp.ADMIN
              + "\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "2\r\n{}\r\n0\r\n\r\n");
      assertThat(http.answer("GET").status()).isIn(200, 415);
    }
  }
}

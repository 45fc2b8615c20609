package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import java.io.EOFException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Bodies that do not come, or that strangers send, take nothing that others wait for. */
@QuarkusTest
@TestProfile(BodiesIT.LowLimits.class)
class BodiesIT {
  private static final String BATCH = "/compute/hosts/batchRestartAgents";
  private static final String SIGNED = "Authorization: OCP-ACCESS-KEY-HMACSHA1 nobody:nothing\r\n";
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
  private static final String LARGEST = "Content-Length: 4194304\r\n";
  private static final int KILOBYTES = 64;

  /** Limits that a test reaches. */
  public static class LowLimits implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "relight.security.early-body.timeout",
          "4s",
          "relight.security.early-body.max-bytes",
          KILOBYTES + "K");
    }
  }

  @Test
  void whatDoesNotComeIsGivenUpAndKeepsNobodyOutMeanwhile() throws Exception {
    List<RawHttp> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        RawHttp http = RawHttp.open();
        slow.add(http);
        http.write(post(SIGNED + LARGEST) + "{");
      }
      isAnsweredAsEver();
      for (RawHttp http : slow) {
        RawHttp.Answer answer = http.answer("POST");
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.body()).contains("\"code\":0", "4 s", "\"traceId\":");
        assertThatThrownBy(() -> http.answer("POST")).isInstanceOf(EOFException.class);
      }
    } finally {
      for (RawHttp http : slow) {
        http.close();
      }
    }
  }

  @Test
  void anAddressHasHalfOfWhatStrangersMaySend() throws Exception {
    String many = "x".repeat(KILOBYTES * 1024 / 2);
    String credentials = "Authorization: " + RawHttp.ADMIN + "\r\n";
    try (RawHttp first = RawHttp.open();
        RawHttp second = RawHttp.open();
        RawHttp other = RawHttp.openFrom("127.0.0.2")) {
      first.write(post(CHUNKED) + chunk(many));
      // More than there is for both, whichever is read first.
      second.write(post(credentials + CHUNKED) + chunk(many + "x"));
      RawHttp.Answer refused = second.answer("POST");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.headers()).containsEntry("Retry-After", "1");
      assertThat(refused.body()).contains("\"code\":0", "Too many bodies");
      isAnsweredAsEver();

      other.write(post(credentials + CHUNKED) + chunk("{\"hostIds\":[990001]}") + "0\r\n\r\n");
      assertThat(other.answer("POST").status()).isEqualTo(404);
    }
    try (RawHttp again = RawHttp.open()) {
      again.write(post(credentials + CHUNKED) + chunk("{\"hostIds\":[990001]}") + "0\r\n\r\n");
      assertThat(again.answer("POST").status()).isIn(404, 503);
    }
  }

  @Test
  void howThingsAreIsToldWithoutReadingABody() throws Exception {
    try (RawHttp http = RawHttp.open()) {
      http.write("GET /q/health/live HTTP/1.1\r\nHost: x\r\n" + CHUNKED + "\r\n" + chunk("x"));
      assertThat(http.answer("GET").status()).isEqualTo(200);
    }
  }

  private static void isAnsweredAsEver() {
    Api.admin()
        .contentType(ContentType.JSON)
        .body(Map.of("hostIds", List.of(990001)))
        .post(BATCH)
        .then()
        .statusCode(404);
  }

  private static String post(String headers) {
    return "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%s\r\n"
        .formatted(BATCH, headers);
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }
}

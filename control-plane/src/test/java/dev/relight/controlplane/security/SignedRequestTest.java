package dev.relight.controlplane.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The signatures here were calculated by another program, from messages written by hand. */
class SignedRequestTest {
  private static final String SECRET = "2fc0c299cc94c6be266f2ceece765d4d";
  private static final String DATE = "Tue, 17 Jan 2023 09:13:57 GMT";
  private static final String HOST = "ocp.alibaba.net:8080";

  @Test
  void signsWhatTheContractSigns() {
    SignedRequest request =
        new SignedRequest(
            "POST",
            bytes("{\"name\":\"test01\",\"description\":\"test\",\"regionId\":1}"),
            "application/json",
            DATE,
            HOST,
            new TreeMap<>(Map.of("x-ocp-data", List.of("A,1"))),
            "/api/v2/compute/idcs",
            null);

    assertSignedBy("XN8P+O+v3vUabB16ZCooq5wMJoY=", request);
  }

  @Test
  void whatIsMissingIsAnEmptyLine() {
    SignedRequest request = get("/api/v2/compute/hosts", null);

    assertThat(request.message())
        .isEqualTo("GET\n\n\n" + DATE + "\n" + HOST + "\n\n/api/v2/compute/hosts");
    assertSignedBy("P3q1YO464oNGBGGfbk9nHnBa+3w=", request);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=1&a=2&a=3&empty=&keyword=a%20b%2Ac~d%27e%28f%29&size=2&sort=id%2Cdesc&%C3%BC=%C3%9F%2F%25",
        "%C3%BC=%C3%9F%2F%25&size=2&a=1&sort=id,desc&keyword=a+b*c%7Ed'e(f)&a=2&empty&&a=3",
        "%c3%bc=%c3%9f/%25&sort=id,desc&%73ize=2&keyword=a%20b*c~d'e(f)&empty=&a=1&a=2&a=%33"
      })
  void aQueryIsTheSameHoweverItIsWritten(String query) {
    SignedRequest request =
        new SignedRequest(
            "GET",
            new byte[0],
            "application/json",
            DATE,
            HOST,
            new TreeMap<>(Map.of("x-ocp-origin", List.of("mcp-server"))),
            "/api/v2/compute/hosts",
            query);

    assertThat(request.message())
        .endsWith(
            "?a=1,2,3&empty=&keyword=a%20b%2Ac~d%27e%28f%29&size=2&sort=id%2Cdesc"
                + "&%C3%BC=%C3%9F%2F%25");
    assertSignedBy("wvgAGqySv5nOU+n2eTPkQ5/fuTc=", request);
  }

  @Test
  void headersAreSortedAndSoAreTheLinesOfEach() {
    SignedRequest request =
        new SignedRequest(
            "DELETE",
            new byte[0],
            "",
            DATE,
            HOST,
            new TreeMap<>(Map.of("x-ocp-b", List.of("z,y"), "x-ocp-a", List.of("B", "1,2"))),
            "/iam/users/a%40b",
            "");

    assertSignedBy("vThBjeGISWYZQ85TMfnLMp/Qg4s=", request);
  }

  @Test
  void theBodyIsTakenByteByByte() {
    SignedRequest request =
        new SignedRequest(
            "PUT",
            bytes("{\"name\":\"\u00e9\"}"),
            "application/json; charset=utf-8",
            DATE,
            HOST,
            new TreeMap<>(),
            "/compute/hosts/1",
            null);

    assertSignedBy("8lWS74YHvYxH/QUCGuaKS75uylk=", request);
  }

  @Test
  void aDateIsAMoment() {
    assertThat(get("/", null).signedAt()).isEqualTo(Instant.parse("2023-01-17T09:13:57Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "now", "2023-01-17T09:13:57Z", "Mon, 17 Jan 2023 09:13:57 GMT"})
  void anythingElseIsNoDate(String date) {
    SignedRequest request =
        new SignedRequest("GET", new byte[0], "", date, HOST, new TreeMap<>(), "/", null);

    assertThatThrownBy(request::signedAt).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aQueryThatIsNotEncodedIsRefused() {
    SignedRequest request = get("/", "a=%zz");

    assertThatThrownBy(request::message).isInstanceOf(IllegalArgumentException.class);
  }

  private static SignedRequest get(String path, String query) {
    return new SignedRequest("GET", new byte[0], "", DATE, HOST, new TreeMap<>(), path, query);
  }

  private static void assertSignedBy(String signature, SignedRequest request) {
    Signature read = Signature.of("OCP-ACCESS-KEY-HMACSHA1 AK:" + signature).orElseThrow();

    assertThat(read.accessKey()).isEqualTo("AK");
    assertThat(read.isOf(request.message(), SECRET)).as(request.message()).isTrue();
    assertThat(read.isOf(request.message(), SECRET + "x")).isFalse();
    assertThat(read.isOf(request.message() + "x", SECRET)).isFalse();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

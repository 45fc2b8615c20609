package dev.relight.controlplane.api;

import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A client that signs its requests; what a test changes, it changes after the signature. */
final class Signer {
  private final String accessKey;
  private final String secretKey;
  private ZonedDateTime date = ZonedDateTime.now(ZoneOffset.UTC);
  private String nonce = UUID.randomUUID().toString();
  private String body = "";
  private String query = "";

  Signer(String accessKey, String secretKey) {
    this.accessKey = accessKey;
    this.secretKey = secretKey;
  }

  /** With a new access key of this user. */
  static Signer of(String user) {
    Response answer = Api.admin().post("/iam/users/" + user + "/accessKeys");
    answer.then().statusCode(200);
    return new Signer(answer.path("data.accessKey"), answer.path("data.secretKey"));
  }

  String accessKey() {
    return accessKey;
  }

  String secretKey() {
    return secretKey;
  }

  Signer at(ZonedDateTime moment) {
    date = moment;
    return this;
  }

  Signer body(String json) {
    body = json;
    return this;
  }

  /** As it is sent; {@code signed} is the same in its canonical form. */
  Response get(String path, String sent, String signed) {
    query = signed;
    return request("GET", path).urlEncodingEnabled(false).get(path + sent);
  }

  Response send(String method, String path) {
    return request(method, path).request(method, path);
  }

  /** What shows that a request for this method and path is the user's. */
  Map<String, String> headers(String method, String path) {
    String contentType = body.isEmpty() ? "" : "application/json";
    String written = DateTimeFormatter.RFC_1123_DATE_TIME.format(date);
    String host = URI.create(RestAssured.baseURI).getHost() + ":" + RestAssured.port;
    String message =
        String.join(
            "\n",
            method,
            md5(body),
            contentType,
            written,
            host,
            "x-ocp-nonce:" + nonce,
            path + query);
    return Map.of(
        "Date", written,
        "x-ocp-nonce", nonce,
        "Authorization", "OCP-ACCESS-KEY-HMACSHA1 " + accessKey + ":" + sign(message));
  }

  /** Signed for the method and path given, whatever is done with it. */
  RequestSpecification request(String method, String path) {
    RequestSpecification request = RestAssured.given().headers(headers(method, path));
    String contentType = "application/json";
    return body.isEmpty() ? request : request.header("Content-Type", contentType).body(bytes(body));
  }

  private String sign(String message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(bytes(secretKey), "HmacSHA1"));
      return Base64.getEncoder().encodeToString(mac.doFinal(bytes(message)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String md5(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("MD5").digest(bytes(text));
      return text.isEmpty() ? "" : HexFormat.of().withUpperCase().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

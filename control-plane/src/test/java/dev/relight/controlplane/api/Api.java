package dev.relight.controlplane.api;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The API as the tests call it. */
final class Api {
  private static final String PASSWORD = "a-long-password";

  private Api() {}

  static RequestSpecification admin() {
    return as("admin", "admin-secret");
  }

  static RequestSpecification as(String name, String password) {
    return checked().auth().preemptive().basic(name, password);
  }

  static RequestSpecification anonymous() {
    return checked();
  }

  private static RequestSpecification checked() {
    return given().filter(new AnswerCheck());
  }

  /** A new user with these roles. */
  static RequestSpecification with(String... roles) {
    String name = unique("user");
    admin()
        .contentType(ContentType.JSON)
        .body(Map.of("name", name, "password", PASSWORD, "roles", List.of(roles)))
        .post("/iam/users")
        .then()
        .statusCode(200);
    return as(name, PASSWORD);
  }

  /** The id of a new host that no worker of these tests reaches. */
  static long host() {
    return host(unique("host"));
  }

  static long host(String name) {
    return host(form(name));
  }

  static long host(Map<String, Object> form) {
    return admin()
        .contentType(ContentType.JSON)
        .body(form)
        .post("/compute/hosts")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath()
        .getLong("data.id");
  }

  /** What registers a host of this name; everything else about it is its own, too. */
  static Map<String, Object> form(String name) {
    return Map.of(
        "name",
        name,
        "innerIpAddress",
        name + ".example",
        "profile",
        "noop",
        "agentHome",
        "/home/admin/ocp_agent",
        "credential",
        "demo",
        "pool",
        "nobody");
  }

  static String unique(String prefix) {
    return prefix + "-" + UUID.randomUUID();
  }
}

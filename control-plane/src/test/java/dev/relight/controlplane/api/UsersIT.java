package dev.relight.controlplane.api;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users come, change and go, and each change holds at once. */
@QuarkusTest
class UsersIT {
  private static final String FIRST = "first-password";
  private static final String SECOND = "second-password";

  @Inject Tables tables;

  @Test
  void aNewUserHasItsRoles() {
    String name = add("TASK_VIEWER", "HOST_MANAGER");

    me(name, FIRST)
        .then()
        .statusCode(200)
        .body("data.name", equalTo(name))
        .body("data.roles.sort()", contains("HOST_MANAGER", "TASK_VIEWER"));
    Api.admin().get("/iam/users?size=2000").then().body("data.contents.name", hasItem(name));
  }

  @Test
  void aUserWithoutARoleMayAskWhoItIs() {
    String name = add();

    me(name, FIRST).then().statusCode(200);
    Api.as(name, FIRST).get("/compute/hosts").then().statusCode(403);
  }

  @Test
  void anotherPasswordHoldsAtOnce() {
    String name = add("HOST_VIEWER");
    me(name, FIRST).then().statusCode(200);

    put(name, Map.of("password", SECOND)).then().statusCode(200);
    me(name, FIRST).then().statusCode(401);
    me(name, SECOND).then().statusCode(200).body("data.roles", contains("HOST_VIEWER"));
  }

  @Test
  void otherRolesHoldAtOnce() {
    String name = add("HOST_VIEWER");
    Api.as(name, FIRST).get("/compute/hosts").then().statusCode(200);

    put(name, Map.of("roles", List.of("TASK_VIEWER"))).then().statusCode(200);
    Api.as(name, FIRST).get("/compute/hosts").then().statusCode(403);
    Api.as(name, FIRST).get("/tasks/instances").then().statusCode(200);
  }

  @Test
  void aRemovedUserIsUnknownAtOnce() {
    String name = add("HOST_VIEWER");
    me(name, FIRST).then().statusCode(200);

    Api.admin().delete("/iam/users/" + name).then().statusCode(200);
    me(name, FIRST).then().statusCode(401);
    Api.admin().delete("/iam/users/" + name).then().statusCode(404);
    put(name, Map.of()).then().statusCode(404);
  }

  @Test
  void aNameIsTakenOnce() {
    String name = add("HOST_VIEWER");

    post(Map.of("name", name, "password", SECOND)).then().statusCode(409);
    me(name, SECOND).then().statusCode(401);
  }

  @Test
  void theLastAdminStays() {
    tables.forgetOtherAdmins();
    Response demoted = put("admin", Map.of("roles", List.of("HOST_VIEWER")));
    Response removed = Api.admin().delete("/iam/users/admin");

    for (Response answer : List.of(demoted, removed)) {
      answer.then().statusCode(409).body("error.code", equalTo(40000));
    }
    me("admin", "admin-secret").then().body("data.roles", contains("ADMIN"));
  }

  @ParameterizedTest
  @CsvSource({
    "'a:b', long-enough, name",
    "'', long-enough, name",
    ", long-enough, name",
    "fine, short, password",
    "fine, , password"
  })
  void aFormSaysWhatIsWrongButNeverThePassword(String name, String password, String field) {
    Map<String, Object> form = new HashMap<>();
    form.put("name", name);
    form.put("password", password);

    post(form)
        .then()
        .statusCode(400)
        .body("error.code", equalTo(10001))
        .body("error.subErrors.field", contains(field))
        .body(not(containsString("short")));
  }

  @Test
  void aRoleIsOneOfTheFive() {
    post(Map.of("name", "fine", "password", FIRST, "roles", List.of("ROOT")))
        .then()
        .statusCode(400)
        .body("error.message", containsString("HOST_MANAGER"));
  }

  private static String add(String... roles) {
    String name = Api.unique("user");
    post(Map.of("name", name, "password", FIRST, "roles", List.of(roles))).then().statusCode(200);
    return name;
  }

  private static Response post(Map<String, Object> form) {
    return Api.admin().contentType(ContentType.JSON).body(form).post("/iam/users");
  }

  private static Response put(String name, Map<String, Object> change) {
    return Api.admin().contentType(ContentType.JSON).body(change).put("/iam/users/" + name);
  }

  private static Response me(String name, String password) {
    return Api.as(name, password).get("/iam/me");
  }
}

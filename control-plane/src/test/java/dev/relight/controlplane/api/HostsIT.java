package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import dev.relight.controlplane.engine.Fleet;
import dev.relight.model.WorkerHeartbeat;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HostsIT {
  @Inject Tables tables;
  @Inject Fleet fleet;

  @AfterEach
  void forget() {
    tables.forgetTasks();
  }

  @Test
  void aRegisteredHostHasAnAgentThatWasNotSeenYet() {
    String name = Api.unique("host");
    long id = Api.host(name);

    get("/compute/hosts/" + id)
        .statusCode(200)
        .body("data.name", equalTo(name))
        .body("data.sshPort", equalTo(22))
        .body("data.status", equalTo("ONLINE"))
        .body("data.hostAgentStatus", equalTo("OFFLINE"));
    get("/compute/hosts/" + id + "/agent")
        .statusCode(200)
        .body("data.installHome", equalTo("/home/admin/ocp_agent"))
        .body("data.version", nullValue())
        .body("data.processes", hasSize(0));
  }

  @Test
  void refusesAPoolThatNobodyServes() {
    Map<String, Object> form = new HashMap<>(Api.form(Api.unique("host")));
    form.put("pool", "defualt");
    Api.admin()
        .contentType("application/json")
        .body(form)
        .post("/compute/hosts")
        .then()
        .statusCode(400)
        .body("error.subErrors[0].field", equalTo("pool"));
  }

  @Test
  void refusesAProfileThatNoWorkerOfItsPoolKnows() {
    List<String> known = List.of("noop", "ocp-agent");
    fleet.heard(
        new WorkerHeartbeat(
            "w", "nobody", 1, 1, 0, List.of(), List.of(), known, List.of(), 0, false));
    Map<String, Object> form = new HashMap<>(Api.form(Api.unique("host")));
    form.put("profile", "ocp-agnet");
    Api.admin()
        .contentType("application/json")
        .body(form)
        .post("/compute/hosts")
        .then()
        .statusCode(400)
        .body("error.subErrors[0].field", equalTo("profile"))
        .body(
            "error.subErrors[0].message",
            equalTo("must be one that a worker of pool 'nobody' knows: noop, ocp-agent"));
    form.put("profile", "ocp-agent");
    Api.host(form);
  }

  @Test
  void findsHostsByPartOfTheirNameOrAddress() {
    String name = Api.unique("Searched");
    long id = Api.host(name);

    get("/compute/hosts?keyword=" + name.toUpperCase())
        .body("data.contents.id", contains((int) id));
    get("/compute/hosts?keyword=" + name + ".example").body("data.page.totalElements", equalTo(1));
    get("/compute/hosts?keyword=" + name + "&status=OFFLINE").body("data.contents", hasSize(0));
  }

  @Test
  void aKeywordsSpecialCharactersMeanThemselves() {
    String odd = Api.unique("odd") + "%_!";
    Map<String, Object> form = new HashMap<>(Api.form(Api.unique("host")));
    form.put("name", odd);
    long id = Api.host(form);
    Api.host(odd.replace("%_!", "..."));

    Api.admin()
        .queryParam("keyword", odd)
        .get("/compute/hosts")
        .then()
        .body("data.contents.id", contains((int) id));
  }

  @Test
  void pagesAndSortsHosts() {
    String prefix = Api.unique("paged");
    int first = (int) Api.host(prefix + "-a");
    int second = (int) Api.host(prefix + "-b");
    int third = (int) Api.host(prefix + "-c");

    get("/compute/hosts?keyword=" + prefix + "&size=2&sort=name,desc")
        .body("data.contents.id", contains(third, second))
        .body("data.page.totalElements", equalTo(3))
        .body("data.page.totalPages", equalTo(2));
    get("/compute/hosts?keyword=" + prefix + "&size=2&page=2&sort=name,desc")
        .body("data.contents.id", contains(first))
        .body("data.page.number", equalTo(2));
  }

  @Test
  void changesAHost() {
    long id = Api.host();
    String name = Api.unique("renamed");
    Map<String, Object> form = new HashMap<>(Api.form(name));
    form.put("sshPort", 2222);

    Api.admin()
        .contentType(ContentType.JSON)
        .body(form)
        .put("/compute/hosts/" + id)
        .then()
        .statusCode(200)
        .body("data.id", equalTo((int) id))
        .body("data.name", equalTo(name))
        .body("data.sshPort", equalTo(2222));
    get("/compute/hosts/" + id).body("data.name", equalTo(name));
  }

  @Test
  void aChangeLeavesWhatItDoesNotName() {
    Map<String, Object> form = new HashMap<>(Api.form(Api.unique("host")));
    form.put("sshPort", 2222);
    form.put("labels", Map.of("rack", "7"));
    String path = "/compute/hosts/" + Api.host(form);

    Api.admin()
        .contentType(ContentType.JSON)
        .body(Map.of("credential", "other"))
        .put(path)
        .then()
        .statusCode(200);
    form.put("credential", "other");
    assertThat(get(path + "/registration").extract().<Map<String, Object>>path("data"))
        .isEqualTo(form);
    Api.admin()
        .contentType(ContentType.JSON)
        .body(Map.of("labels", Map.of()))
        .put(path)
        .then()
        .statusCode(200);
    get(path + "/registration").body("data.labels", anEmptyMap()).body("data.sshPort", is(2222));
  }

  @Test
  void refusesANameThatIsTaken() {
    String name = Api.unique("host");
    Api.host(name);

    Api.admin()
        .contentType(ContentType.JSON)
        .body(Api.form(name))
        .post("/compute/hosts")
        .then()
        .statusCode(409)
        .body("error.code", equalTo(40000))
        .body("error.message", containsString("name"));
    get("/compute/hosts?keyword=" + name).body("data.page.totalElements", equalTo(1));
  }

  @Test
  void removesAHostAndItsAgent() {
    long id = Api.host();

    Api.admin()
        .delete("/compute/hosts/" + id)
        .then()
        .statusCode(200)
        .body("successful", equalTo(true))
        .body("data", nullValue());
    get("/compute/hosts/" + id).statusCode(404);
    get("/compute/hosts/" + id + "/agent").statusCode(404);
  }

  @Test
  void aHostIsNotRemovedWhileATaskHoldsIt() {
    long id = Api.host();
    int task =
        Api.admin().post("/compute/hosts/" + id + "/agent/restart").jsonPath().getInt("data.id");

    Api.admin()
        .delete("/compute/hosts/" + id)
        .then()
        .statusCode(409)
        .body("error.code", equalTo(40000))
        .body("error.target", equalTo(String.valueOf(task)));
    get("/compute/hosts/" + id).statusCode(200);
  }

  @Test
  void namesEveryFieldOfAFormThatIsWrong() {
    Api.admin()
        .contentType(ContentType.JSON)
        .body(Map.of("name", "x", "innerIpAddress", "a b", "sshPort", 0, "agentHome", "relative"))
        .post("/compute/hosts")
        .then()
        .statusCode(400)
        .body("error.code", equalTo(10001))
        .body(
            "error.subErrors.field.sort()",
            contains("agentHome", "credential", "innerIpAddress", "profile", "sshPort"));
  }

  private static ValidatableResponse get(String path) {
    return Api.admin().get(path).then();
  }
}

package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A PostgreSQL that says nothing, and does not even hang up, is away like any other. */
@QuarkusTest
@TestProfile(SilenceIT.LittlePatience.class)
class SilenceIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  /** Gives a silent connection up after seconds. */
  public static class LittlePatience extends StrainedDatabase {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
      settings.put("relight.postgres.silence", "4s");
      return settings;
    }
  }

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @Inject Tables tables;

  @AfterEach
  void comeBack() {
    StrainedDatabase.become(Relay.Mode.OPEN);
    OutageIT.awaitReturn();
    tables.forgetTasks();
    threads.shutdownNow();
  }

  @Test
  void everyRequestIsToldToComeBackAndAllGoesOnBehindIt() {
    long host = Api.host();
    Map<String, Long> before = tables.allCounts();
    StrainedDatabase.become(Relay.Mode.STALLED);

    List<CompletableFuture<Response>> answers =
        Stream.<Supplier<Response>>of(
                () -> Api.admin().get("/compute/hosts"),
                () -> Api.admin().get("/tasks/instances"),
                () -> Api.admin().get("/tasks/events"),
                () -> restart(host),
                () -> Api.admin().post("/tasks/instances/1/cancel"),
                () -> Api.as(Api.unique("somebody"), "some-password").get("/iam/me"))
            .map(request -> CompletableFuture.supplyAsync(request, threads))
            .toList();
    answers.forEach(answer -> OutageIT.away(answer.join()));

    StrainedDatabase.become(Relay.Mode.OPEN);
    OutageIT.awaitReturn();
    assertThat(tables.allCounts()).isEqualTo(before);
    restart(host).then().statusCode(200);
    await().atMost(LONG).until(tables::allEventsArePublished);
  }

  private static Response restart(long host) {
    return Api.admin()
        .contentType(ContentType.JSON)
        .body(Map.of("hostIds", List.of(host)))
        .post("/compute/hosts/batchRestartAgents");
  }
}

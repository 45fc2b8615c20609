package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever is asked, it is answered in the contract's form, and a refused request leaves nothing
 * behind. {@code -Drelight.fuzz.requests=10000} asks more, {@code -Drelight.fuzz.seed=…} the same
 * once more.
 */
@QuarkusTest
@TestProfile(FuzzIT.Patient.class)
class FuzzIT {
  private static final int REQUESTS = Integer.getInteger("relight.fuzz.requests", 2_000);

  /** However slow the machine, the build goes on; asked for by number, all of them are made. */
  private static final long MOST_NANOS =
      System.getProperty("relight.fuzz.requests") == null ? 35_000_000_000L : Long.MAX_VALUE / 2;

  private static final Set<Integer> OF_THE_HOST = Set.of(502, 504);
  private static final Pattern INNARDS =
      Pattern.compile(
          "Exception|\\tat |\\bjava\\.|jakarta|quarkus|vertx|hibernate|netty|jackson"
              + "|dev\\.relight|postgres|SQLSTATE|select |insert into|constraint \\[",
          Pattern.CASE_INSENSITIVE);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** No limit hides what is behind it, and nobody is waited for. */
  public static class Patient implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "relight.security.login.attempts", "0",
          "relight.security.login.address-attempts", "0",
          "relight.security.rate-limit.requests", "0",
          "relight.api.sync-timeout", "PT0.02S",
          // A stream has no end that could be waited for.
          "relight.live.max-streams", "0");
    }
  }

  @Inject Tables tables;

  private final Map<String, List<Long>> ids = new TreeMap<>();
  private final Map<Integer, Integer> statuses = new TreeMap<>();

  /** One example of each. */
  private final Map<String, String> faults = new TreeMap<>();

  private RawHttp http;

  @AfterEach
  void forget() throws IOException {
    if (http != null) {
      http.close();
    }
    tables.forgetTasks();
  }

  @Test
  void everythingIsAnsweredAndWhatIsRefusedLeavesNothingBehind() throws Exception {
    long seed = Long.getLong("relight.fuzz.seed", System.nanoTime());
    System.out.printf("FuzzIT: %d requests, -Drelight.fuzz.seed=%d%n", REQUESTS, seed);
    Random random = new Random(seed);
    prepare();
    FuzzRequests requests =
        new FuzzRequests(random, Document.OPEN.operations(), name -> known(name, random));
    long start = System.nanoTime();
    Map<String, Long> before = tables.allCounts();
    int made = 0;
    while (made < REQUESTS && System.nanoTime() - start < MOST_NANOS) {
      FuzzRequests.Request request = requests.next();
      made++;
      RawHttp.Answer answer = send(request);
      statuses.merge(answer.status(), 1, Integer::sum);
      for (String fault : faults(request, answer)) {
        faults.putIfAbsent(fault + " of " + request.what(), request + "\n→ " + answer);
      }
      Map<String, Long> after = tables.allCounts();
      if (isRefused(answer) && !after.equals(before)) {
        after = leavesNothing(request, after);
      }
      before = after;
    }
    System.out.printf("FuzzIT: %d answered, by status %s%n", made, statuses);
    assertThat(faults).isEmpty();
    assertThat(statuses).containsKeys(200, 400, 401, 404);
  }

  private void prepare() {
    List<Long> hosts = tables.hosts(20);
    ids.put("hostId", hosts);
    ids.put("agentProcessId", List.of(tables.process(hosts.get(0), "ob_cleaner", true)));
    int task =
        Api.admin().post("/compute/hosts/" + hosts.get(1) + "/agent/restart").path("data.id");
    int subtask = Api.admin().get("/tasks/instances/" + task).path("data.subtasks[0].id");
    ids.put("taskId", List.of((long) task));
    ids.put("subtaskId", List.of((long) subtask, subtask + 1L));
  }

  private String known(String parameter, Random random) {
    List<Long> values = ids.get(parameter);
    return values == null ? null : values.get(random.nextInt(values.size())).toString();
  }

  /** What the engine does meanwhile is not of this request, and does not happen each time. */
  private Map<String, Long> leavesNothing(FuzzRequests.Request request, Map<String, Long> after)
      throws IOException {
    RawHttp.Answer again = send(request);
    Map<String, Long> now = tables.allCounts();
    if (isRefused(again) && !now.equals(after)) {
      faults.putIfAbsent("leaves rows: " + request.what(), request + "\n→ " + again);
    }
    return now;
  }

  private static boolean isRefused(RawHttp.Answer answer) {
    return answer.status() >= 400 && !OF_THE_HOST.contains(answer.status());
  }

  private RawHttp.Answer send(FuzzRequests.Request request) throws IOException {
    if (http == null) {
      http = RawHttp.open();
    }
    try {
      http.write(request.text());
      http.write(request.body());
      RawHttp.Answer answer = http.answer(request.method());
      if ("close".equals(answer.headers().get("Connection"))) {
        http.close();
        http = null;
      }
      return answer;
    } catch (IOException e) {
      throw new AssertionError("No answer to " + request, e);
    }
  }

  /** What is wrong with the answer. */
  private static List<String> faults(FuzzRequests.Request request, RawHttp.Answer answer) {
    int status = answer.status();
    List<String> faults = new ArrayList<>();
    if (status >= 500
        && !OF_THE_HOST.contains(status)
        && !(status == 503 && answer.headers().containsKey("Retry-After"))) {
      faults.add("status " + status);
    }
    if (!request.isUri()) {
      // The server's own answer, before anybody here hears of it.
      return status == 400 ? faults : List.of("status " + status + " for no URI");
    }
    if (!request.method().equals("HEAD")) {
      faults.addAll(faultsOfBody(request, answer));
    }
    return faults;
  }

  private static List<String> faultsOfBody(FuzzRequests.Request request, RawHttp.Answer answer) {
    int status = answer.status();
    List<String> faults = new ArrayList<>();
    if (status == 204 && answer.body().isEmpty()) {
      return documented(request).isPresent() ? faults : List.of("status 204");
    }
    JsonNode envelope = tree(answer.body());
    List.of("duration", "server", "timestamp", "traceId").stream()
        .filter(member -> !envelope.has(member))
        .forEach(member -> faults.add("no " + member));
    if (envelope.path("status").asInt() != status
        || envelope.path("successful").asBoolean() != status < 400
        || envelope.at("/error/code").isInt() != status >= 400) {
      faults.add("status, successful and error do not agree");
    }
    if (status >= 400 && (envelope.has("data") || INNARDS.matcher(answer.body()).find())) {
      faults.add("says too much");
    }
    documented(request)
        .map(operation -> Document.STRICT.faults(operation, status, answer.body()))
        .ifPresent(faults::addAll);
    return faults;
  }

  private static JsonNode tree(String body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /** The operation, where the path has nothing in it that makes it another one. */
  private static Optional<Document.Operation> documented(FuzzRequests.Request request) {
    String path = request.text().split(" ")[1].split("\\?")[0];
    return path.matches("[a-zA-Z0-9/]+")
        ? Document.STRICT.at(request.method(), path)
        : Optional.empty();
  }
}

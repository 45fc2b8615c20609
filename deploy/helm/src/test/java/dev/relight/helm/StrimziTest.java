package dev.relight.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relight.model.Topics;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Topics and rights that Strimzi gives are those that the services need. */
class StrimziTest {
  private static final Path ACLS = Path.of("..", "kafka", "acls");
  private static final List<String> POOLS = List.of("default", "edge");

  /** What nobody needs where an operator makes the topics. */
  private static final String CREATE = "Create";

  private static Manifests manifests;

  @BeforeAll
  static void render() throws IOException {
    manifests = Chart.render(Chart.example("operators"), Map.of());
  }

  @Test
  void makesTheTopicsOfTheCode() throws Exception {
    Set<String> wanted = new TreeSet<>();
    for (Field field : Topics.class.getFields()) {
      String name = field.get(null).toString();
      if (!name.startsWith(".") && !name.equals(Topics.SUBTASK_COMMANDS)) {
        wanted.add("relight." + name);
      }
    }
    wanted.add("relight." + Topics.SUBTASK_REPORTS + Topics.DEAD_LETTERS);
    for (String commands : List.of("relight.subtask-commands", "relight.subtask-commands.edge")) {
      wanted.addAll(List.of(commands, commands + Topics.DEAD_LETTERS));
    }
    assertThat(manifests.of("KafkaTopic").map(topic -> topic.at("/metadata/name").asText()))
        .containsExactlyInAnyOrderElementsOf(wanted);
  }

  @Test
  void keepsMessagesAsLongAsTheControlPlaneWould() {
    assertThat(retention("relight.task-status")).isEqualTo(604_800_000L);
    assertThat(retention("relight.subtask-reports.dlq")).isEqualTo(2_592_000_000L);
    assertThat(retention("relight.worker-heartbeats")).isEqualTo(3_600_000L);
  }

  @Test
  void allowsWhatTheScriptOfTheRightsAllows() throws Exception {
    List<String> needed = table();
    assertThat(needed).hasSizeGreaterThan(20);
    for (String line : needed) {
      String[] word = line.split(" ");
      if (!word[1].equals(CREATE)) {
        JsonNode user = manifests.one("KafkaUser", word[0].substring("User:".length()));
        assertThat(Manifests.each(user.at("/spec/authorization/acls")))
            .as(line)
            .anyMatch(acl -> covers(acl, word[1], word[2], word[3]));
      }
    }
  }

  @Test
  void allowsNobodyMoreThanThat() throws Exception {
    List<String> needed = table();
    for (JsonNode user : manifests.of("KafkaUser").toList()) {
      String principal = "User:" + user.at("/metadata/name").asText();
      for (JsonNode acl : Manifests.each(user.at("/spec/authorization/acls")).toList()) {
        String operation = acl.at("/operations/0").asText();
        String kind = acl.at("/resource/type").asText();
        assertThat(acl.path("operations")).hasSize(1);
        assertThat(needed)
            .as(principal + " " + acl)
            .anyMatch(line -> line.startsWith(principal + " ") && isOf(line, acl, operation, kind));
      }
    }
  }

  private static boolean isOf(String line, JsonNode acl, String operation, String kind) {
    String[] word = line.split(" ");
    // Whoever reads or writes may describe.
    return (operation.equals("Describe") || operation.equals(word[1]))
        && covers(acl, operation, kind, word[3])
        && word[2].equals(kind);
  }

  private static boolean covers(JsonNode acl, String operation, String kind, String name) {
    String given = acl.at("/resource/name").asText();
    boolean byPrefix = acl.at("/resource/patternType").asText().equals("prefix");
    return acl.at("/resource/type").asText().equals(kind)
        && Manifests.each(acl.path("operations")).anyMatch(it -> it.asText().equals(operation))
        && (byPrefix ? name.startsWith(given) : name.equals(given));
  }

  private static List<String> table() throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("sh", ACLS.toString(), "--table");
    builder.environment().put("POOLS", String.join(" ", POOLS));
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output.lines().toList();
  }

  private static long retention(String topic) {
    return manifests.one("KafkaTopic", topic).at("/spec/config").path("retention.ms").asLong();
  }
}

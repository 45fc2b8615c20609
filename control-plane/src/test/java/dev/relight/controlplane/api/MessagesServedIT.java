package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever wants to read the topics finds here what is on them, without asking for a password. */
@QuarkusTest
class MessagesServedIT {
  private static final Path FOLDER = Path.of("../shared-model/src/main/resources/asyncapi");
  private static final Pattern FILE = Pattern.compile("\"?\\$ref\"?: *['\"]([^#'\"]+)['\"]");

  @Test
  void theDocumentIsTheOneThatIsCheckedIn() throws IOException {
    String served = RestAssured.get("/q/asyncapi").then().statusCode(200).extract().asString();

    assertThat(served).isEqualTo(Files.readString(FOLDER.resolve("asyncapi.yaml")));
  }

  @Test
  void everySchemaIsWhereItIsReferredTo() throws IOException {
    Set<String> referredTo = new TreeSet<>();
    for (String file : references(get("/q/asyncapi"))) {
      String path = file.substring("./".length());
      referredTo.add(path);
      for (String other : references(get("/q/" + path))) {
        referredTo.add("schemas/" + other);
      }
    }
    for (String path : referredTo) {
      assertThat(get("/q/" + path)).isEqualTo(Files.readString(FOLDER.resolve(path)));
    }
    try (Stream<Path> files = Files.list(FOLDER.resolve("schemas"))) {
      assertThat(files.map(file -> "schemas/" + file.getFileName()))
          .containsExactlyInAnyOrderElementsOf(referredTo);
    }
  }

  private static List<String> references(String text) {
    return FILE.matcher(text).results().map(reference -> reference.group(1)).toList();
  }

  private static String get(String path) {
    return RestAssured.get(path).then().statusCode(200).extract().asString();
  }
}

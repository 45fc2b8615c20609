package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relight.embedded.MadeFromCode;
import dev.relight.local.SettingsSource.Found;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final Path PROJECT = Path.of("..", "..");
  private static final Path DOCUMENT = PROJECT.resolve("deploy/CONFIGURATION.md");
  private static final Path LIST =
      PROJECT.resolve("shared-model/src/main/resources/dev/relight/model/settings.txt");

  private static Map<String, Found> controlPlane;
  private static Map<String, Found> worker;
  private static SortedSet<String> names;

  @BeforeAll
  static void read() throws IOException {
    controlPlane = of("control-plane");
    worker = of("task-worker");
    names = new TreeSet<>(controlPlane.keySet());
    names.addAll(worker.keySet());
  }

  private static Map<String, Found> of(String service) throws IOException {
    Map<String, Found> settings = SettingsSource.in(PROJECT.resolve(service + "/src/main/java"));
    settings.putAll(SettingsSource.in(PROJECT.resolve("deploy/service/src/main/java")));
    return settings;
  }

  @Test
  void theDocumentHasAllSettings() throws IOException {
    MadeFromCode.part(DOCUMENT, "settings", table(), SettingsTest.class);
  }

  @Test
  void theServicesKnowAllSettings() throws IOException {
    StringJoiner list = new StringJoiner("\n", "", "\n");
    for (String name : names) {
      Found found = found(name);
      list.add(
          name
              + " "
              + (!found.isNumber() ? "ANYTHING" : found.mayBeZero() ? "ZERO" : "MORE_THAN_ZERO"));
    }
    MadeFromCode.whole(LIST, list.toString(), SettingsTest.class);
  }

  @Test
  void whatBothServicesHaveIsTheSame() {
    for (String name : names) {
      Found here = controlPlane.get(name);
      Found there = worker.get(name);
      if (here != null && there != null) {
        assertThat(there.type()).as(name).isEqualTo(here.type());
        assertThat(there.standard()).as(name).isEqualTo(here.standard());
      }
    }
  }

  private static String table() {
    StringJoiner rows = new StringJoiner("\n", "\n", "\n\n");
    rows.add("| setting, environment variable | of | type | default | meaning |");
    rows.add("|---|---|---|---|---|");
    for (String name : names) {
      Found found = found(name);
      rows.add(
          "| `%s`<br>`%s` | %s | %s | %s | %s |"
              .formatted(
                  name,
                  name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT),
                  !worker.containsKey(name)
                      ? "control plane"
                      : controlPlane.containsKey(name) ? "both" : "worker",
                  found.type() + (found.isNumber() && found.mayBeZero() ? ", may be 0" : ""),
                  found.standard() == null ? "–" : "`" + found.standard() + "`",
                  found.meaning().replace("|", "\\|")));
    }
    return rows.toString();
  }

  private static Found found(String name) {
    return controlPlane.getOrDefault(name, worker.get(name));
  }
}

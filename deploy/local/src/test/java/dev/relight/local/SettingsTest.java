package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.relight.local.SettingsSource.Found;
import java.io.IOException;
import java.nio.file.Files;
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
  private static final String BEGIN = "<!-- settings: made from the code -->\n";
  private static final String END = "<!-- /settings -->\n";
  private static final String RENEW = "relight.renew";

  private static Map<String, Found> controlPlane;
  private static Map<String, Found> worker;
  private static SortedSet<String> names;

  @BeforeAll
  static void read() throws IOException {
    controlPlane = SettingsSource.in(PROJECT.resolve("control-plane/src/main/java"));
    worker = SettingsSource.in(PROJECT.resolve("task-worker/src/main/java"));
    names = new TreeSet<>(controlPlane.keySet());
    names.addAll(worker.keySet());
  }

  @Test
  void theDocumentHasAllSettings() throws IOException {
    String text = Files.readString(DOCUMENT);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    assertThat(end).as("the document has both marks").isGreaterThanOrEqualTo(begin);
    compare(DOCUMENT, text, text.substring(0, begin) + table() + text.substring(end));
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
    compare(LIST, Files.exists(LIST) ? Files.readString(LIST) : "", list.toString());
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

  private static void compare(Path file, String is, String shall) throws IOException {
    if (Boolean.getBoolean(RENEW)) {
      Files.writeString(file, shall);
    } else if (!is.equals(shall)) {
      fail(
          "The settings have changed, and %s has not; renew it with: ".formatted(file)
              + "mvn -pl deploy/local -am test -Dtest=dev.relight.local.SettingsTest"
              + " -Dsurefire.failIfNoSpecifiedTests=false -D"
              + RENEW);
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

package dev.relight.controlplane.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricTest {
  private static final Path DOCUMENT = Path.of("..", "deploy", "observability", "README.md");
  private static final String BEGIN = "<!-- metrics of the control plane: made from the code -->\n";
  private static final String END = "<!-- /metrics of the control plane -->\n";
  private static final String RENEW = "relight.renew";

  @Test
  void theDocumentHasAllMetrics() throws IOException {
    String text = Files.readString(DOCUMENT);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    assertThat(end).as("the document has both marks").isGreaterThanOrEqualTo(begin);
    String table =
        Arrays.stream(Metric.values())
            .map(Metric::row)
            .collect(
                Collectors.joining("\n", "\n| metric | | labels | |\n|---|---|---|---|\n", "\n\n"));

    if (Boolean.getBoolean(RENEW)) {
      Files.writeString(DOCUMENT, text.substring(0, begin) + table + text.substring(end));
    } else if (!text.substring(begin, end).equals(table)) {
      fail(
          "The metrics have changed, and their table has not; renew it with: "
              + "mvn -pl control-plane -am test -Dtest=dev.relight.controlplane.metrics.MetricTest"
              + " -Dsurefire.failIfNoSpecifiedTests=false -D"
              + RENEW);
    }
  }
}

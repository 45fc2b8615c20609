package dev.relight.worker.metrics;

import dev.relight.embedded.MadeFromCode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MetricTest {
  @Test
  void theDocumentHasAllMetrics() throws IOException {
    MadeFromCode.part(
        Path.of("..", "deploy", "observability", "README.md"),
        "metrics of the worker",
        Metric.ALL.table(),
        MetricTest.class);
  }
}

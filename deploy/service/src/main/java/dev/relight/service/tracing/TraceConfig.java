package dev.relight.service.tracing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

@ConfigMapping(prefix = "relight.traces")
interface TraceConfig {
  /**
   * Where spans are sent by OTLP over HTTP, as `http://collector:4318`; without it there are none.
   */
  @WithDefault("${OTEL_EXPORTER_OTLP_ENDPOINT:}")
  Optional<String> endpoint();
}

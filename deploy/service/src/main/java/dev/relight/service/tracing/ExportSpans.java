package dev.relight.service.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Sends spans to where they are wanted; nothing of OpenTelemetry is started where they are not. */
@ApplicationScoped
class ExportSpans {
  /** What is more while the collector is slow is dropped: work does not wait for it. */
  private static final int QUEUE = 16_384;

  private static final int LAST_SECONDS = 2;

  private final TraceConfig config;
  private final String service;
  private AutoCloseable provider = () -> {};

  ExportSpans(
      TraceConfig config, @ConfigProperty(name = "quarkus.application.name") String service) {
    this.config = config;
    this.service = service;
  }

  void start(@Observes StartupEvent event) {
    config.endpoint().ifPresent(this::open);
  }

  void stop(@Observes ShutdownEvent event) throws Exception {
    Spans.makeBy(null);
    provider.close();
  }

  private void open(String endpoint) {
    SdkTracerProvider tracers =
        SdkTracerProvider.builder()
            .setResource(
                Resource.create(
                    Attributes.of(
                        AttributeKey.stringKey("service.name"),
                        service,
                        AttributeKey.stringKey("service.instance.id"),
                        UUID.randomUUID().toString())))
            .addSpanProcessor(
                BatchSpanProcessor.builder(
                        OtlpHttpSpanExporter.builder()
                            .setEndpoint(endpoint.replaceAll("/+$", "") + "/v1/traces")
                            .build())
                    .setMaxQueueSize(QUEUE)
                    .build())
            .build();
    provider = () -> tracers.shutdown().join(LAST_SECONDS, TimeUnit.SECONDS);
    Spans.makeBy(tracers.get("dev.relight"));
  }
}

/**
 * The way of a request through both services: spans, where there is somebody to take them, and the
 * fields of log lines; the only place that knows OpenTelemetry.
 */
package dev.relight.service.tracing;

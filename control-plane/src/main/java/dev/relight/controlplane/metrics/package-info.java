/** What is counted and timed, for Prometheus; the only place that knows Micrometer. */
package dev.relight.controlplane.metrics;

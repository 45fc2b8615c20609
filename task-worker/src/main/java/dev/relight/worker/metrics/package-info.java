/** What is counted and timed, for Prometheus. */
package dev.relight.worker.metrics;

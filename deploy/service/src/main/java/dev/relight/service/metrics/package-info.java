/** How things are counted and timed for Prometheus; each service has a list of what it tells. */
package dev.relight.service.metrics;

/**
 * The Kafka edge, the only place that knows of it: reports and heartbeats come in, commands,
 * control and events go out.
 */
package dev.relight.controlplane.messaging;

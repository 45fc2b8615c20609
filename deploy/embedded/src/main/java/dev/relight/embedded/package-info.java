/**
 * PostgreSQL and Kafka without an installation: for tests, benchmarks and the system on one
 * machine.
 *
 * <p>A {@link dev.relight.embedded.PostgresServer} and a {@link dev.relight.embedded.KafkaBroker}
 * live in a directory each, keep what they were told, and survive that the JVM around them is
 * killed. {@link dev.relight.embedded.TestBackends} starts one of each for the integration tests of
 * a module, or takes containers where an engine answers.
 */
package dev.relight.embedded;

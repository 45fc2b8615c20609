/**
 * The whole system on one machine, for a first look and for the system tests.
 *
 * <p>A {@link dev.relight.local.LocalSystem} holds a data directory, starts PostgreSQL and Kafka in
 * this JVM, and each packaged {@link dev.relight.local.Service} in a process of its own, which it
 * starts again when it dies. The {@link dev.relight.local.DemoHost}s are real to the services: an
 * SSH server each, in front of an agent that supervises processes (the scripts beside this package,
 * of which {@code ocp_agentctl} says what can be made to go wrong). What a killed launcher leaves
 * behind is found and ended by the next start on the same directory. {@link dev.relight.local.Main}
 * is all of that for a person with a terminal.
 */
package dev.relight.local;

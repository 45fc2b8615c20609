/**
 * Hosts, their agents and the agents' processes, as they were last seen.
 *
 * <p>A host is registered together with its agent; what a worker sees on the host is written by the
 * engine, in the transaction that takes the worker's report.
 */
package dev.relight.controlplane.inventory;

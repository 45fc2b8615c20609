/**
 * The benchmarks: each {@link dev.relight.bench.Figure} is measured on a running system, agents
 * no-op, and printed as a row of a table and as one line of JSON.
 */
package dev.relight.bench;

/**
 * Breaks a whole system in every way that is thought of, and checks from outside that it keeps its
 * promises.
 *
 * <p>A {@link dev.relight.faults.Stack} is the system: the packaged services, brokers and hosts as
 * processes, with a {@link dev.relight.faults.Link} wherever two of them speak over a network. A
 * {@link dev.relight.faults.Trial} plays a {@link dev.relight.faults.Row} of the matrix on it: a
 * {@link dev.relight.faults.Load} and a {@link dev.relight.faults.Probe} ask for tasks while the
 * row breaks something; then all is mended, and {@link dev.relight.faults.Invariants} and {@link
 * dev.relight.faults.Agreement} compare what the hosts have written down themselves, what the
 * {@link dev.relight.faults.Witness} has heard on the topics, and what the API answers. A new row
 * is an entry in the file of what it breaks, such as {@link dev.relight.faults.WorkerRows}.
 */
package dev.relight.faults;

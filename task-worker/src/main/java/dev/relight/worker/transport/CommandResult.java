package dev.relight.worker.transport;

/**
 * What became of a command on a host.
 *
 * @param exitStatus its exit status, null when it was ended by a signal
 * @param output what it wrote, up to a bound
 * @param errors what it wrote as errors, up to a bound
 */
record CommandResult(Integer exitStatus, byte[] output, byte[] errors) {}

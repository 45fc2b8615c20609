package dev.relight.worker.agent;

import dev.relight.model.ProcessState;

/**
 * What is wrong with an agent.
 *
 * @param alias the process that it is about, null when it is about none in particular
 * @param hopeless whether nothing is there that could still set it right
 */
record Complaint(String alias, String text, boolean hopeless) {
  /** One that may pass. */
  Complaint(String alias, String text) {
    this(alias, text, false);
  }

  static Complaint old(ProcessState process) {
    return new Complaint(null, process.alias() + " is still the old process, pid " + process.pid());
  }
}

package dev.relight.faults;

import java.util.Optional;

/**
 * A row of the matrix.
 *
 * @param name by which it is asked for
 * @param what goes wrong, for the table
 * @param then what is to happen, for the table
 * @param needs why it cannot be done here, if it cannot
 * @param fault does it
 */
record Row(String name, String what, String then, Need needs, Fault fault) {
  /** Makes something go wrong, tells the scene when, and need not put it right again. */
  interface Fault {
    void on(Scene scene) throws Exception;
  }

  /** What must be there. */
  interface Need {
    Optional<String> missing(Stack stack);
  }

  Row(String name, String what, String then, Fault fault) {
    this(name, what, then, stack -> Optional.empty(), fault);
  }
}

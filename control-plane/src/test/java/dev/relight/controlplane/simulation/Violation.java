package dev.relight.controlplane.simulation;

/** Thrown where something has happened that must not. */
final class Violation extends AssertionError {
  private static final long serialVersionUID = 1L;

  Violation(String what, Object... arguments) {
    super(what.formatted(arguments));
  }
}

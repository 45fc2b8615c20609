package dev.relight.controlplane.store;

import io.vertx.pgclient.PgException;

/** PostgreSQL refuses what it was given, and will however often it is tried. */
public final class Unstorable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private Unstorable(PgException cause) {
    super(cause.getMessage(), cause);
  }

  /** Tells values that cannot be stored apart from a PostgreSQL that cannot store now. */
  static Throwable orElse(Throwable failure) {
    // SQL standard: 21 is cardinality, 22 is data, 23 is integrity.
    return failure instanceof PgException refusal && refusal.getSqlState().matches("2[123].*")
        ? new Unstorable(refusal)
        : failure;
  }
}

package dev.relight.controlplane.engine;

import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** Something that has to be done again and again, by every control plane. */
public interface Chore {
  /** What it does, as the log says that it could not. */
  String what();

  /** From one round to the next. */
  Duration interval();

  /** Once. */
  Uni<Void> round();
}

package dev.relight.worker.agent;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** Where profiles come from that are no code. */
@ConfigMapping(prefix = "relight.profiles")
interface ScriptConfig {
  /** A directory with one {@code NAME.yaml} per profile, beside those that are built in. */
  Optional<Path> directory();
}

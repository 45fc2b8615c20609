package dev.relight.controlplane.security;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the keys come from under which secrets are encrypted. Each key is written {@code id:key},
 * the key being 32 bytes in Base64; the last one is the newest.
 */
@ConfigMapping(prefix = "relight.security")
interface MasterKeyConfig {
  /** A file with a key on each line; lines that begin with {@code #} say nothing. */
  Optional<Path> masterKeyFile();

  /** The keys themselves, separated by commas. */
  Optional<String> masterKeys();
}

package dev.relight.service;

import dev.relight.model.Settings;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.WithDefault;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Does not start with settings that do not exist or cannot be meant. */
@ApplicationScoped
class RefuseSettings {
  /** Before anything is done by them. */
  private static final int FIRST = 0;

  private static final String OF_ENVIRONMENT = EnvConfigSource.NAME;

  private final SmallRyeConfig config;
  private final Ignored ignored;

  RefuseSettings(SmallRyeConfig config, Ignored ignored) {
    this.config = config;
    this.ignored = ignored;
  }

  @ConfigMapping(prefix = "relight.settings")
  interface Ignored {
    /**
     * Names, and environment variables, that begin like settings and are none; a {@code *} at the
     * end of one stands for all that begin so.
     */
    @WithDefault("relight.local.*,relight.test.*")
    List<String> ignored();
  }

  void check(@Observes @Priority(FIRST) StartupEvent event) {
    Settings settings = new Settings();
    Map<String, String> given = new TreeMap<>();
    for (String name : config.getPropertyNames()) {
      if (name.startsWith(Settings.PREFIX)) {
        ConfigValue value = config.getConfigValue(name);
        // Of others in the environment, what they are called there counts.
        if (!OF_ENVIRONMENT.equals(value.getConfigSourceName()) || settings.knows(name)) {
          given.put(name, value.getValue() == null ? "" : value.getValue());
        }
      }
    }
    List<String> complaints =
        settings.complaints(given, System.getenv().keySet(), ignored.ignored());
    if (!complaints.isEmpty()) {
      throw new ConfigurationException(String.join("\n", complaints));
    }
  }
}

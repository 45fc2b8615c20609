package dev.relight.worker.agent;

import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.List;

/** Every profile that this worker knows. */
@Singleton
public final class Profiles {
  private final List<Profile> profiles;

  Profiles(@All List<Profile> profiles) {
    this.profiles = profiles;
  }

  public Profile named(String name) {
    return profiles.stream()
        .filter(profile -> profile.isNamed(name))
        .findFirst()
        .orElseThrow(
            () ->
                new OperationFailed("The host's profile '" + name + "' is unknown to the worker"));
  }
}

package dev.relight.worker.agent;

import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every profile that this worker knows. */
@Singleton
public final class Profiles {
  /** Those that are classes; no file may be called so. */
  static final Set<String> CODED =
      Stream.of(Set.of(NoopProfile.NAME), Dialect.PROFILES, Dialect.HTTP_PROFILES)
          .flatMap(Set::stream)
          .collect(Collectors.toSet());

  private final List<Profile> profiles;

  Profiles(@All List<Profile> profiles) {
    this.profiles = profiles;
  }

  /** The names that hosts may call their profile by. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    profiles.forEach(profile -> names.addAll(profile.names()));
    return names;
  }

  /** Those of them that cannot stop an agent, only restart it. */
  public Set<String> restartOnly() {
    Set<String> names = new TreeSet<>();
    profiles.stream()
        .filter(profile -> !profile.stops())
        .forEach(profile -> names.addAll(profile.names()));
    return names;
  }

  public Profile named(String name) {
    return profiles.stream()
        .filter(profile -> profile.names().contains(name))
        .findFirst()
        .orElseThrow(
            () ->
                new OperationFailed(
                    "The host's profile '%s' is unknown to the worker, which knows %s"
                        .formatted(name, String.join(", ", names()))));
  }
}

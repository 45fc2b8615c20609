package dev.relight.controlplane.api;

import dev.relight.controlplane.security.AppUser;
import java.util.List;

/** A user as clients see it, with the roles that were given to it. */
record UserAnswer(String name, List<String> roles) {

  static UserAnswer of(AppUser user) {
    return new UserAnswer(user.name, List.of(user.roles));
  }
}

package dev.relight.controlplane.security;

import java.security.Principal;
import java.util.List;

/**
 * The user behind a request.
 *
 * @param id the user's id
 * @param name the user's name
 * @param roles as they were given to the user
 */
public record Caller(long id, String name, List<String> roles) implements Principal {
  /** Attribute of an identity: the {@link java.time.Instant} from which it counts no more. */
  public static final String UNTIL = "relight.until";

  /** Attribute of an identity: the access key that the request was signed with. */
  public static final String ACCESS_KEY = "relight.accessKey";

  @Override
  public String getName() {
    return name;
  }
}

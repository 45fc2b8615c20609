package dev.relight.controlplane.api;

import dev.relight.controlplane.security.Role;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A new user; without roles it may do nothing but ask who it is. */
record UserForm(
    @NotNull(message = HostForm.REQUIRED)
        @Pattern(
            regexp = "[A-Za-z0-9._@-]{1,64}",
            message = "must have 1 to 64 letters, digits and ._@-")
        String name,
    @NotNull(message = HostForm.REQUIRED) @Pattern(regexp = PASSWORD, message = PASSWORD_RULE)
        String password,
    Set<@NotNull Role> roles) {

  /** bcrypt reads 72 bytes of a password and no more; ASCII has one byte a character. */
  static final String PASSWORD = "[ -~]{8,72}";

  static final String PASSWORD_RULE = "must have 8 to 72 printable ASCII characters";

  /**
   * What is to change of a user; what is not given stays.
   *
   * @param password null for the present one
   * @param roles null for the present ones
   */
  @Schema(name = "UserChange")
  record Change(
      @Pattern(regexp = PASSWORD, message = PASSWORD_RULE) String password,
      Set<@NotNull Role> roles) {}
}

package dev.relight.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The settings of both services by name, so that one that is misspelt is refused and not passed by.
 * What they mean is said in {@code deploy/CONFIGURATION.md}, which is made from the same code.
 */
public final class Settings {
  /** What the names of settings begin with. */
  public static final String PREFIX = "relight.";

  /** What the names of environment variables for them begin with. */
  public static final String VARIABLE_PREFIX = "RELIGHT_";

  private static final String LIST = "settings.txt";

  /** In a name, stands for whatever the user calls a thing. */
  private static final String ANY = "NAME";

  /** What Kubernetes tells of services whose names begin like settings. */
  private static final Pattern OF_KUBERNETES =
      Pattern.compile("RELIGHT_(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_\\d+_.*)?)");

  /** So much may be wrong with a name for another one to be suggested. */
  private static final int SIMILAR = 4;

  /**
   * A setting.
   *
   * @param name in it, NAME stands for any name
   * @param least whether it is a number or a time, and then whether it may be 0
   */
  private record Setting(String name, Least least) {
    boolean is(String other) {
      return Pattern.matches(Pattern.quote(name).replace(ANY, "\\E(\"[^\"]+\"|[^.]+)\\Q"), other);
    }

    boolean isVariable(String other) {
      return Pattern.matches(variable().replace(ANY, ".+"), other);
    }

    String variable() {
      return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
  }

  private enum Least {
    ANYTHING,
    ZERO,
    MORE_THAN_ZERO
  }

  private final List<Setting> known = new ArrayList<>();

  /** Those that this release has. */
  public Settings() {
    try (InputStream list = Settings.class.getResourceAsStream(LIST);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ");
        known.add(new Setting(words[0], Least.valueOf(words[1])));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What is wrong, a sentence each; values are only told of numbers.
   *
   * @param given values by name
   * @param variables names of environment variables
   * @param ignored names and variables that are none of ours; a {@code *} at the end of one stands
   *     for all that begin so
   */
  public List<String> complaints(
      Map<String, String> given, Collection<String> variables, Collection<String> ignored) {
    List<String> complaints = new ArrayList<>();
    given.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX) && !isOneOf(ignored, name)) {
            complaint(name, value).ifPresent(complaints::add);
          }
        });
    for (String variable : variables) {
      if (variable.startsWith(VARIABLE_PREFIX)
          && !isOneOf(ignored, variable)
          && !OF_KUBERNETES.matcher(variable).matches()
          && known.stream().noneMatch(setting -> setting.isVariable(variable))) {
        String suggestion = suggestion(variable, known.stream().map(Setting::variable).toList());
        // Others may have variables that begin so, and commands name some for passwords.
        if (!suggestion.isEmpty()) {
          complaints.add("The environment variable " + variable + " is no setting" + suggestion);
        }
      }
    }
    return complaints;
  }

  /** Whether there is such a setting. */
  public boolean knows(String name) {
    return setting(name).isPresent();
  }

  private Optional<Setting> setting(String name) {
    String whole = name.replaceAll("\\[\\d+]$", "");
    return known.stream().filter(setting -> setting.is(whole)).findFirst();
  }

  private Optional<String> complaint(String name, String value) {
    Optional<Setting> found = setting(name);
    if (found.isEmpty()) {
      return Optional.of(
          name + " is no setting" + suggestion(name, known.stream().map(Setting::name).toList()));
    }
    boolean negative = value.strip().startsWith("-") || value.contains("T-");
    boolean zero = !negative && value.chars().noneMatch(c -> c >= '1' && c <= '9');
    return switch (found.get().least()) {
      case ANYTHING -> Optional.empty();
      case ZERO ->
          negative ? Optional.of(name + " must not be less than 0, as " + value) : Optional.empty();
      case MORE_THAN_ZERO ->
          negative || zero
              ? Optional.of(name + " must be more than 0, not " + value)
              : Optional.empty();
    };
  }

  private static boolean isOneOf(Collection<String> ignored, String name) {
    return ignored.stream()
        .anyMatch(
            other ->
                other.endsWith("*")
                    ? name.startsWith(other.substring(0, other.length() - 1))
                    : name.equals(other));
  }

  private static String suggestion(String name, List<String> known) {
    String nearest = null;
    int least = SIMILAR;
    for (String candidate : known) {
      int distance = distance(name, candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest == null ? "" : "; did you mean " + nearest + "?";
  }

  /** Levenshtein's: how many letters have to be changed, put in or left out. */
  private static int distance(String one, String other) {
    int[] before = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] row = new int[other.length() + 1];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int changed = before[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(changed, 1 + Math.min(before[j], row[j - 1]));
      }
      before = row;
    }
    return before[other.length()];
  }
}

package dev.relight.local;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What to start.
 *
 * @param data where everything is kept, null for a directory that only lives until the next start
 * @param port port of the first control plane; the others take the ports behind it
 * @param hosts how many demo hosts
 * @param workers how many task workers
 * @param controlPlanes how many control planes
 * @param quickStart whether the services are ready sooner, at the price of their best speed later
 */
public record Options(
    Path data, int port, int hosts, int workers, int controlPlanes, boolean quickStart) {
  static final String USAGE =
      """
      usage: deploy/local/run [OPTION]...

      Starts the whole system on this machine: PostgreSQL, Kafka, control plane, task worker, and
      demo hosts whose agents it can restart. Ctrl-C ends all of it.

        --data DIR          keep the state in DIR from run to run (without it, every run is new)
        --port N            port of the control plane (8080)
        --hosts N           number of demo hosts (3)
        --workers N         number of task workers (1)
        --control-planes N  number of control planes, on consecutive ports (1)
        --help              show this text

      The user is admin. The password is taken from the environment (RELIGHT_ADMIN_PASSWORD) or
      made at the first start, and printed.
      """;

  private static final Set<String> NAMES =
      Set.of("--data", "--port", "--hosts", "--workers", "--control-planes");

  /** Agents' homes are below the directory, and the inventory takes no others. */
  private static final Pattern AGENT_HOME = Pattern.compile("[/A-Za-z0-9._@+~=:,-]+");

  private static final int MOST_HOSTS = 1_000;
  private static final int MOST_SERVICES = 20;
  private static final int LAST_PORT = 65_535;

  /** For services that are to be as quick as they can, once they have warmed up. */
  public Options(Path data, int port, int hosts, int workers, int controlPlanes) {
    this(data, port, hosts, workers, controlPlanes, false);
  }

  /** Reads the command line; a failure tells what is wrong with it. */
  static Options parse(String... arguments) throws StartFailure {
    Map<String, String> given = values(arguments);
    Options options =
        new Options(
            directory(given.get("--data")),
            number("--port", given, 8080, LAST_PORT),
            number("--hosts", given, 3, MOST_HOSTS),
            number("--workers", given, 1, MOST_SERVICES),
            number("--control-planes", given, 1, MOST_SERVICES),
            true);
    if (options.port + options.controlPlanes - 1 > LAST_PORT) {
      throw new StartFailure("There are no ports above " + LAST_PORT + " for all control planes");
    }
    return options;
  }

  /** By option, written as {@code --name value} or {@code --name=value}. */
  private static Map<String, String> values(String... arguments) throws StartFailure {
    Map<String, String> values = new HashMap<>();
    Iterator<String> words = List.of(arguments).iterator();
    while (words.hasNext()) {
      String[] word = words.next().split("=", 2);
      if (!NAMES.contains(word[0])) {
        throw new StartFailure("Unknown option " + word[0] + "; try --help");
      }
      if (word.length == 1 && !words.hasNext()) {
        throw new StartFailure("Option " + word[0] + " needs a value");
      }
      values.put(word[0], word.length == 2 ? word[1] : words.next());
    }
    return values;
  }

  private static Path directory(String value) throws StartFailure {
    if (value == null) {
      return null;
    }
    Path path = Path.of(value).toAbsolutePath().normalize();
    if (value.isBlank() || !AGENT_HOME.matcher(path.toString()).matches()) {
      throw new StartFailure(
          "Option --data needs a path of letters, digits and ._@+~=:,- not " + value);
    }
    return path;
  }

  private static int number(String option, Map<String, String> given, int standard, int most)
      throws StartFailure {
    String value = given.get(option);
    try {
      int number = value == null ? standard : Integer.parseInt(value);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through: told as every other wrong value.
    }
    throw new StartFailure(
        "Option " + option + " needs a number from 1 to " + most + ", not " + value);
  }
}

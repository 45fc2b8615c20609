package dev.relight.local;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.regex.Pattern;

/**
 * What to start.
 *
 * @param data where everything is kept, null for a directory that only lives until the next start
 * @param port port of the first control plane; the others take the ports behind it
 * @param hosts how many demo hosts
 * @param workers how many task workers
 * @param controlPlanes how many control planes
 */
public record Options(Path data, int port, int hosts, int workers, int controlPlanes) {
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

  /** Agents' homes are below the directory, and the inventory takes no others. */
  private static final Pattern AGENT_HOME = Pattern.compile("[/A-Za-z0-9._@+~=:,-]+");

  private static final Options DEFAULT = new Options(null, 8080, 3, 1, 1);
  private static final int MOST_HOSTS = 1_000;
  private static final int MOST_SERVICES = 20;
  private static final int LAST_PORT = 65_535;

  /** Reads the command line; a failure tells what is wrong with it. */
  static Options parse(String... arguments) throws StartFailure {
    Options options = DEFAULT;
    Iterator<String> words = Arrays.asList(arguments).iterator();
    while (words.hasNext()) {
      String option = words.next();
      if (!option.startsWith("--")) {
        throw new StartFailure("Unknown argument " + option + "; try --help");
      }
      int equals = option.indexOf('=');
      String name = equals < 0 ? option : option.substring(0, equals);
      String value = equals < 0 ? next(name, words) : option.substring(equals + 1);
      options = options.with(name, value);
    }
    if (options.port + options.controlPlanes - 1 > LAST_PORT) {
      throw new StartFailure("There are no ports above " + LAST_PORT + " for all control planes");
    }
    return options;
  }

  private Options with(String option, String value) throws StartFailure {
    return switch (option) {
      case "--data" -> new Options(path(option, value), port, hosts, workers, controlPlanes);
      case "--port" ->
          new Options(data, number(option, value, LAST_PORT), hosts, workers, controlPlanes);
      case "--hosts" ->
          new Options(data, port, number(option, value, MOST_HOSTS), workers, controlPlanes);
      case "--workers" ->
          new Options(data, port, hosts, number(option, value, MOST_SERVICES), controlPlanes);
      case "--control-planes" ->
          new Options(data, port, hosts, workers, number(option, value, MOST_SERVICES));
      default -> throw new StartFailure("Unknown option " + option + "; try --help");
    };
  }

  private static String next(String option, Iterator<String> words) throws StartFailure {
    if (!words.hasNext()) {
      throw new StartFailure("Option " + option + " needs a value, or is unknown; try --help");
    }
    return words.next();
  }

  private static Path path(String option, String value) throws StartFailure {
    Path path = Path.of(value).toAbsolutePath().normalize();
    if (value.isBlank() || !AGENT_HOME.matcher(path.toString()).matches()) {
      throw new StartFailure(
          "Option " + option + " needs a path of letters, digits and ._@+~=:,- not " + value);
    }
    return path;
  }

  private static int number(String option, String value, int most) throws StartFailure {
    try {
      int number = Integer.parseInt(value);
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

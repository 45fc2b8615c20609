package dev.relight.worker.agent;

import java.util.List;

/**
 * One kind of agent that is operated by fixed commands. Each command is a list of arguments, in
 * which <code>{home}</code> stands for the agent's home; it runs there.
 *
 * @param name of the profile
 * @param start starts all processes; empty where each has a command of its own
 * @param stop stops all processes; empty where each has a command of its own
 * @param version prints the agent's version, empty where nothing does
 * @param logHome directory of the agent's logs, {@code null} for the one in its home
 */
record Script(
    String name,
    List<String> start,
    List<String> stop,
    List<String> version,
    String logHome,
    List<Program> programs) {
  private static final String HOME = "{home}";

  /**
   * One process of the agent.
   *
   * @param find prints the ids of all processes that there are of it, one a line
   * @param absent exit status by which {@code find} may say that there is none
   * @param start starts it alone, empty where that cannot be done
   * @param stop stops it alone, empty where that cannot be done
   * @param explain print what is to be known when it does not run
   */
  record Program(
      String alias,
      List<String> find,
      int absent,
      List<String> start,
      List<String> stop,
      List<List<String>> explain) {
    /** Whether it can be operated by itself. */
    boolean isOperable() {
      return !start.isEmpty();
    }
  }

  /** The command for an agent in this home. */
  static List<String> at(String home, List<String> command) {
    return command.stream().map(argument -> argument.replace(HOME, home)).toList();
  }
}

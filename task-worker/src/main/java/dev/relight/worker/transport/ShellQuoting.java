package dev.relight.worker.transport;

import java.util.List;
import java.util.stream.Collectors;

/** Turns a list of arguments into a command line that any Unix shell splits into just these. */
final class ShellQuoting {
  private ShellQuoting() {}

  static String commandLine(List<String> arguments) {
    return arguments.stream().map(ShellQuoting::quote).collect(Collectors.joining(" "));
  }

  private static String quote(String argument) {
    if (argument.indexOf('\0') >= 0) {
      throw new HostFailure("An argument has a zero byte in it");
    }
    return "'" + argument.replace("'", "'\\''") + "'";
  }
}

package dev.relight.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * {@code deploy/local/faults}: plays the matrix, or random schedules, and prints what came of it.
 */
public final class Main {
  // Held, as a logger that nobody holds forgets its level.
  private static final List<Logger> CHATTY =
      List.of(
          Logger.getLogger("org.apache.kafka"),
          Logger.getLogger("io.zonky"),
          Logger.getLogger("org.apache.sshd"));

  private static final int SCHEDULES_TOGETHER = 10;

  private Main() {}

  /**
   * Ends with exit code 1 where something was found that must not be, or is later than promised.
   */
  public static void main(String... arguments) throws Exception {
    if (List.of(arguments).contains("--help")) {
      System.out.print(Arguments.USAGE);
      return;
    }
    Arguments asked;
    try {
      asked = Arguments.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("relight: " + e.getMessage());
      System.exit(2);
      return;
    }
    if (asked.list()) {
      Rows.all().forEach(row -> System.out.printf("%-32s %s%n", row.name(), row.what()));
      return;
    }
    System.exit(play(asked) ? 0 : 1);
  }

  /** Nothing that libraries here have to say of a fault is news. */
  static void hush() {
    CHATTY.forEach(logger -> logger.setLevel(Level.OFF));
  }

  private static boolean play(Arguments asked) throws Exception {
    hush();
    System.out.println("Starting the system");
    List<Verdict> verdicts = new ArrayList<>();
    try (Stack stack = Stack.start(asked.logs());
        Trial trial = new Trial(stack, asked.scale())) {
      System.out.printf(
          "Logs in %s; seed %d, scale %s%n", stack.logs(), asked.seed(), asked.scale());
      long seed = asked.seed();
      for (List<Row> group : groups(asked)) {
        for (Verdict verdict : trial.play(group, seed)) {
          System.out.println(verdict.text());
          verdicts.add(verdict);
        }
        // As if it were the first, so that its schedules' own seed brings all of it again.
        seed += asked.schedules() > 0 ? group.size() : 0;
      }
    }
    System.out.printf("%nAt scale %s:%n%n%s%n", asked.scale(), Verdict.TABLE_HEAD);
    verdicts.forEach(verdict -> System.out.println(verdict.tableRow()));
    boolean full = asked.scale() >= 1;
    return verdicts.stream().allMatch(v -> v.isGood() && (!full || v.missed().isEmpty()));
  }

  private static List<List<Row>> groups(Arguments asked) {
    if (asked.schedules() > 0) {
      return Schedule.groups(
          asked.seed(), asked.schedules(), asked.together() ? SCHEDULES_TOGETHER : 1);
    }
    List<List<Row>> groups =
        asked.together() ? Rows.groups() : Rows.all().stream().map(List::of).toList();
    return groups.stream()
        .map(group -> group.stream().filter(asked::wants).toList())
        .filter(group -> !group.isEmpty())
        .toList();
  }
}

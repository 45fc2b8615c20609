package dev.relight.worker.agent;

import dev.relight.model.AgentState;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Looks at an agent until it is as it should be and stays so.
 *
 * @param status reads the agent's state
 * @param explain what the host has to say about a process
 * @param config how long processes must stay up, and when there is no more hope
 */
record Watch(
    Supplier<Uni<AgentState>> status,
    Function<String, Uni<List<String>>> explain,
    AgentConfig config,
    OperationLog log) {
  private static final int LAST_WORDS = 3;
  private static final Duration FOR_WORDS = Duration.ofSeconds(1);
  private static final int MAX_LAST_WORDS = 600;

  private record Look(AgentState state, Complaint complaint) {}

  /**
   * Gives the state in which there was no complaint and, a while later, still none about the same
   * processes. What nothing is there to bring about is not waited for as long as there is time.
   *
   * @param complaint what is wrong with a state, null when it is as it should be
   */
  Uni<AgentState> untilStable(Duration patience, Function<AgentState, Complaint> complaint) {
    Standstill standstill = new Standstill(config.giveUp(), System::nanoTime);
    return Polling.until(
            look -> look.complaint == null || standstill.isReached(look.complaint),
            patience,
            () -> look(complaint))
        .chain(look -> look.complaint == null ? seen(look.state) : fail(look));
  }

  private Uni<AgentState> seen(AgentState state) {
    log.info("Seen alive: " + Processes.describe(state));
    return Uni.createFrom().item(state);
  }

  private Uni<AgentState> fail(Look look) {
    Uni<List<String>> words =
        look.complaint.alias() == null
            ? Uni.createFrom().item(List.of())
            : explain
                .apply(look.complaint.alias())
                .ifNoItem()
                .after(FOR_WORDS)
                .recoverWithItem(List.of())
                .onFailure()
                .recoverWithItem(List.of());
    return words.map(
        all -> {
          List<String> lines = all.stream().distinct().toList();
          lines.forEach(line -> log.info("| " + line));
          throw new OperationFailed(look.complaint.text() + lastWords(lines), look.state);
        });
  }

  private static String lastWords(List<String> lines) {
    if (lines.isEmpty()) {
      return "";
    }
    String last =
        String.join(" / ", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
    return ". The host says: "
        + (last.length() <= MAX_LAST_WORDS ? last : last.substring(0, MAX_LAST_WORDS) + "…");
  }

  private Uni<Look> look(Function<AgentState, Complaint> complaint) {
    return status
        .get()
        .map(state -> new Look(state, complaint.apply(state)))
        .chain(
            first ->
                first.complaint == null
                    ? lookAgain(first, complaint)
                    : Uni.createFrom().item(first));
  }

  private Uni<Look> lookAgain(Look first, Function<AgentState, Complaint> complaint) {
    return Uni.createFrom()
        .voidItem()
        .onItem()
        .delayIt()
        .by(config.settle())
        .chain(status::get)
        .map(
            state -> {
              Complaint wrong = complaint.apply(state);
              return new Look(state, wrong == null ? restless(first.state, state) : wrong);
            });
  }

  private static Complaint restless(AgentState before, AgentState now) {
    if (Processes.pids(now).equals(Processes.pids(before))) {
      return null;
    }
    return Processes.running(now).stream()
        .filter(process -> !Processes.pids(before).contains(process.pid()))
        .findFirst()
        .map(
            process ->
                new Complaint(
                    process.alias(),
                    "%s does not stay up: it was started again with pid %d"
                        .formatted(process.alias(), process.pid())))
        .orElse(new Complaint(null, "Processes do not stay up"));
  }
}

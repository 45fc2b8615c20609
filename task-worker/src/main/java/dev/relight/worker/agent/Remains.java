package dev.relight.worker.agent;

import static java.util.stream.Collectors.toSet;

import dev.relight.model.AgentState;
import dev.relight.model.ProcessState;
import dev.relight.worker.transport.FencedHost;
import dev.relight.worker.transport.FencedHost.Alive;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Follows processes on a host from one look to the next, whatever the agent says of them. */
final class Remains {
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

  private final FencedHost host;

  Remains(FencedHost host) {
    this.host = host;
  }

  /** The state with what tells its processes from others that get their numbers later. */
  Uni<AgentState> withBirths(AgentState seen) {
    Set<Integer> unknown =
        Processes.running(seen).stream()
            .filter(process -> process.birth() == null)
            .map(ProcessState::pid)
            .collect(toSet());
    return host.alive(unknown)
        .map(
            alive ->
                new AgentState(
                    seen.running(),
                    seen.version(),
                    seen.logHome(),
                    seen.processes().stream()
                        .map(p -> p.running() ? born(p, alive.get(p.pid())) : p)
                        .toList(),
                    seen.observedAt()));
  }

  /** Those processes of earlier states that are alive now. */
  Uni<Map<ProcessState, Alive>> alive(List<AgentState> earlier) {
    Set<Integer> pids =
        earlier.stream().flatMap(seen -> Processes.pids(seen).stream()).collect(toSet());
    return host.alive(pids)
        .map(
            alive -> {
              Map<ProcessState, Alive> found = new LinkedHashMap<>();
              for (AgentState seen : earlier) {
                for (ProcessState process : Processes.running(seen)) {
                  Alive candidate = alive.get(process.pid());
                  if (candidate != null && mayBe(process, seen.observedAt(), candidate)) {
                    found.put(process, candidate);
                  }
                }
              }
              return found;
            });
  }

  /** Those of the processes that have not ended since, whoever may have got their numbers. */
  Uni<List<ProcessState>> survivors(Map<ProcessState, Alive> earlier) {
    Set<Integer> pids = earlier.keySet().stream().map(ProcessState::pid).collect(toSet());
    return host.alive(pids)
        .map(
            alive ->
                earlier.keySet().stream()
                    .filter(process -> isSame(earlier.get(process), alive.get(process.pid())))
                    .toList());
  }

  private static ProcessState born(ProcessState process, Alive alive) {
    return alive == null ? process : process.withBirth(alive.birth());
  }

  private static boolean mayBe(ProcessState process, Instant seenAt, Alive candidate) {
    return process.birth() != null
        ? process.birth().equals(candidate.birth())
        : mayBeAsOldAs(candidate, seenAt);
  }

  // Where nothing else was recorded, as over HTTP: one that is younger than what was seen of it has
  // only got the same number.
  private static boolean mayBeAsOldAs(Alive process, Instant seenAt) {
    Duration sinceSeen = Duration.between(seenAt, Instant.now());
    return process.age().compareTo(sinceSeen.minus(CLOCK_SKEW)) >= 0;
  }

  private static boolean isSame(Alive earlier, Alive now) {
    return now != null && now.birth().equals(earlier.birth());
  }
}

package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Looks;
import dev.relight.model.HostLook;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Has workers look at the hosts, each once in an interval, so that lists tell the truth without
 * anybody asking. No more than they have time for beside their work; a look that is lost on the way
 * is made up for by the next one. Every control plane does, and each look is claimed by one of
 * them.
 */
@ApplicationScoped
class LookAtHosts implements Chore {
  private static final Duration ROUND = Duration.ofMillis(500);

  private final Looks looks;
  private final Fleet fleet;
  private final RefreshConfig config;
  private final Event<LooksDue> due;

  LookAtHosts(Looks looks, Fleet fleet, RefreshConfig config, Event<LooksDue> due) {
    this.looks = looks;
    this.fleet = fleet;
    this.config = config;
    this.due = due;
  }

  @Override
  public String what() {
    return "look at hosts";
  }

  @Override
  public Duration interval() {
    return ROUND;
  }

  @Override
  public Uni<Void> round() {
    Map<String, Integer> room = config.interval().isZero() ? Map.of() : fleet.roomToLook();
    return Multi.createFrom()
        .iterable(room.entrySet())
        .onItem()
        .transformToUniAndConcatenate(
            pool ->
                looks
                    .claim(pool.getKey(), pool.getValue(), config.interval())
                    .invoke(claimed -> handOut(pool.getKey(), claimed)))
        .collect()
        .asList()
        .replaceWithVoid();
  }

  private void handOut(String pool, List<HostLook> claimed) {
    Map<String, List<HostLook>> byWorker = new TreeMap<>();
    for (HostLook look : claimed) {
      fleet
          .looker(pool)
          .ifPresent(worker -> byWorker.computeIfAbsent(worker, id -> new ArrayList<>()).add(look));
    }
    byWorker.forEach((worker, mine) -> due.fire(new LooksDue(worker, mine)));
  }
}

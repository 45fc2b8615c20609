package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Looks;
import dev.relight.controlplane.store.Looks.Known;
import dev.relight.controlplane.store.Observations;
import dev.relight.controlplane.store.Observations.Seen;
import dev.relight.controlplane.store.Transactions;
import dev.relight.controlplane.store.Tx;
import dev.relight.model.HostSighting;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Brings the inventory up to date with what workers saw beside all tasks. A task's own reports
 * count more: of a host that one has, or had since the look was asked for, nothing is believed. A
 * host is OFFLINE when two looks in a row could not be had, and ONLINE again with the first one
 * that can.
 */
@ApplicationScoped
public class KeepSightings {
  private static final Logger LOG = Logger.getLogger(KeepSightings.class);
  private static final String OFFLINE = "OFFLINE";

  /** A part of the interval, after which a host is looked at again that could not be. */
  private static final int SOON = 10;

  private final Transactions transactions;
  private final Looks looks;
  private final Observations observations;
  private final RefreshConfig config;

  KeepSightings(
      Transactions transactions, Looks looks, Observations observations, RefreshConfig config) {
    this.transactions = transactions;
    this.looks = looks;
    this.observations = observations;
    this.config = config;
  }

  private static final class Findings {
    private final List<Seen> agents = new ArrayList<>();
    private final List<Long> seen = new ArrayList<>();
    private final List<Long> notSeen = new ArrayList<>();
    private final List<Long> away = new ArrayList<>();
    private final List<String> news = new ArrayList<>();
  }

  /** In any order; of several about one host the last asked for counts. */
  public Uni<Void> keep(List<HostSighting> sightings) {
    Map<Long, HostSighting> newest = new HashMap<>();
    for (HostSighting sighting : sightings) {
      newest.merge(sighting.hostId(), sighting, (a, b) -> a.asked().isAfter(b.asked()) ? a : b);
    }
    if (newest.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return transactions
        .run(
            tx ->
                looks
                    .believe(tx, newest.values())
                    .map(known -> findings(known, newest))
                    .call(found -> write(tx, found)))
        .invoke(found -> found.news.forEach(LOG::info))
        .replaceWithVoid();
  }

  private static Findings findings(List<Known> known, Map<Long, HostSighting> sightings) {
    Findings found = new Findings();
    for (Known host : known) {
      HostSighting sighting = sightings.get(host.id());
      if (sighting.observed() != null) {
        String status = sighting.observed().running() ? "AVAILABLE" : "STOPPED";
        found.agents.add(new Seen(host.id(), status, sighting.observed()));
        found.seen.add(host.id());
        if (host.offline()) {
          found.news.add("host %d (%s) is ONLINE".formatted(host.id(), host.address()));
        }
        continue;
      }
      found.notSeen.add(host.id());
      if (host.failedLooks() > 0 && !(host.offline() && host.agentStatus().equals(OFFLINE))) {
        found.agents.add(new Seen(host.id(), OFFLINE, null));
        found.away.add(host.id());
        found.news.add(
            "host %d (%s) is OFFLINE: %s".formatted(host.id(), host.address(), sighting.message()));
      }
    }
    return found;
  }

  private Uni<Void> write(Tx tx, Findings found) {
    Duration again = config.interval().dividedBy(SOON);
    return Uni.join()
        .all(
            observations.record(tx, found.agents).replaceWith(0),
            looks.seen(tx, found.seen),
            looks.notSeen(tx, found.notSeen, again),
            looks.offline(tx, found.away))
        .andFailFast()
        .replaceWithVoid();
  }
}

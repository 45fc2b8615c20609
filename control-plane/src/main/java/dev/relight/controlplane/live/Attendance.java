package dev.relight.controlplane.live;

import dev.relight.controlplane.engine.Rounds;
import dev.relight.controlplane.security.Role;
import dev.relight.controlplane.store.UserRoles;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Keeps open streams alive, and ends those whose viewers may not see any more what they see. */
@ApplicationScoped
class Attendance {
  private static final Logger LOG = Logger.getLogger(Attendance.class);

  private final LiveEvents live;
  private final Tail tail;
  private final UserRoles roles;
  private final LiveConfig config;
  private final Clock clock;
  private List<Cancellable> rounds;

  Attendance(LiveEvents live, Tail tail, UserRoles roles, LiveConfig config, Clock clock) {
    this.live = live;
    this.tail = tail;
    this.roles = roles;
    this.config = config;
    this.clock = clock;
  }

  void start(@Observes StartupEvent event) {
    rounds =
        List.of(
            Rounds.every(
                config.heartbeat(),
                "keep streams alive",
                () -> Uni.createFrom().voidItem().invoke(tail::beat)),
            Rounds.every(config.checkInterval(), "look who may view", this::check));
  }

  void stop(@Observes ShutdownEvent event) {
    rounds.forEach(Cancellable::cancel);
  }

  private Uni<Void> check() {
    Set<Long> users =
        live.open().stream()
            .map(viewer -> viewer.spectator().userId())
            .filter(id -> id >= 0)
            .collect(Collectors.toSet());
    return (users.isEmpty() ? Uni.createFrom().item(Map.<Long, List<String>>of()) : roles.of(users))
        .invoke(
            now ->
                live.open().stream()
                    .filter(viewer -> isLate(viewer, users, now))
                    .forEach(this::end))
        .replaceWithVoid();
  }

  private boolean isLate(Viewer viewer, Set<Long> asked, Map<Long, List<String>> rolesNow) {
    Spectator spectator = viewer.spectator();
    if (spectator.until() != null && !clock.instant().isBefore(spectator.until())) {
      return true;
    }
    // Of a token's user nothing is kept here; who came meanwhile has just been looked at.
    if (!asked.contains(spectator.userId())) {
      return false;
    }
    List<String> now = rolesNow.get(spectator.userId());
    return now == null || spectator.byRole() && now.stream().noneMatch(Attendance::mayViewTasks);
  }

  private void end(Viewer viewer) {
    LOG.infof(
        "user %d may not follow %s any more; the stream ends",
        viewer.spectator().userId(), viewer.subject());
    viewer.end();
  }

  private static boolean mayViewTasks(String role) {
    return Role.valueOf(role).included().contains(Role.TASK_VIEWER);
  }
}

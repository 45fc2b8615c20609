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
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Keeps open streams alive, and ends those whose viewers may not see any more what they see. */
@ApplicationScoped
class Attendance {
  private static final Logger LOG = Logger.getLogger(Attendance.class);

  /** What users may now, and the access keys that still count. */
  private record Rights(Map<Long, List<String>> roles, Set<String> keys) {}

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
    Set<Spectator> asked =
        live.open().stream().map(Viewer::spectator).collect(Collectors.toUnmodifiableSet());
    return rightsOf(asked)
        .invoke(
            rights ->
                live.open().stream()
                    .filter(viewer -> isLate(viewer.spectator(), asked, rights))
                    .forEach(this::end))
        .replaceWithVoid();
  }

  private Uni<Rights> rightsOf(Set<Spectator> asked) {
    Set<Long> users =
        asked.stream().map(Spectator::userId).filter(id -> id >= 0).collect(Collectors.toSet());
    Set<String> keys =
        asked.stream()
            .map(Spectator::accessKey)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    return (users.isEmpty() ? Uni.createFrom().item(Map.<Long, List<String>>of()) : roles.of(users))
        .chain(
            found ->
                (keys.isEmpty() ? Uni.createFrom().item(Set.<String>of()) : roles.valid(keys))
                    .map(valid -> new Rights(found, valid)));
  }

  private boolean isLate(Spectator spectator, Set<Spectator> asked, Rights now) {
    if (spectator.until() != null && !clock.instant().isBefore(spectator.until())) {
      return true;
    }
    // Of a token's user nothing is kept here; who came meanwhile has just been looked at.
    if (spectator.userId() < 0 || !asked.contains(spectator)) {
      return false;
    }
    List<String> his = now.roles.get(spectator.userId());
    return his == null
        || spectator.accessKey() != null && !now.keys.contains(spectator.accessKey())
        || spectator.byRole() && his.stream().noneMatch(Attendance::mayViewTasks);
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

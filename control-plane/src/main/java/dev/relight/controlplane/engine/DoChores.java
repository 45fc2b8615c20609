package dev.relight.controlplane.engine;

import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/** Does every chore from the start to the end of this control plane. */
@ApplicationScoped
class DoChores {
  private final List<Chore> chores;
  private List<Cancellable> rounds = List.of();

  DoChores(@All List<Chore> chores) {
    this.chores = chores;
  }

  void start(@Observes StartupEvent event) {
    rounds =
        chores.stream()
            .map(chore -> Rounds.every(chore.interval(), chore.what(), chore::round))
            .toList();
  }

  void stop(@Observes ShutdownEvent event) {
    rounds.forEach(Cancellable::cancel);
  }
}

package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.Events;
import dev.relight.controlplane.store.Logs;
import dev.relight.controlplane.store.Observations;
import dev.relight.controlplane.store.Tasks;
import dev.relight.controlplane.store.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Writes what a ledger holds at the end of its transaction. */
@ApplicationScoped
class Books {
  private final Tasks tasks;
  private final Events events;
  private final Logs logs;
  private final Observations observations;

  Books(Tasks tasks, Events events, Logs logs, Observations observations) {
    this.tasks = tasks;
    this.events = events;
    this.logs = logs;
    this.observations = observations;
  }

  /** All of it, pipelined. */
  Uni<Void> close(Tx tx, Ledger ledger) {
    return Uni.join()
        .all(
            tasks.write(tx, ledger.tasks()),
            events.append(tx, ledger.events()),
            logs.append(tx, ledger.logs().added()),
            observations.record(tx, ledger.seen()).replaceWith(0))
        .andFailFast()
        .replaceWithVoid();
  }
}

package dev.relight.controlplane.engine;

import dev.relight.controlplane.engine.CaughtUp.Share;
import dev.relight.controlplane.store.Leases;
import dev.relight.controlplane.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/**
 * Keeps this control plane's own lease: while it stands, what it dispatched will be published.
 * Tells the others which share of the reports it has read to the end.
 */
@ApplicationScoped
class Announce {
  /** This process. */
  static final String ID = UUID.randomUUID().toString();

  private final Transactions transactions;
  private final Leases leases;
  private final CaughtUp caughtUp;
  private final EngineConfig config;

  Announce(Transactions transactions, Leases leases, CaughtUp caughtUp, EngineConfig config) {
    this.transactions = transactions;
    this.leases = leases;
    this.caughtUp = caughtUp;
    this.config = config;
  }

  Uni<Void> renew() {
    Share share = caughtUp.share();
    return transactions
        .run(tx -> leases.renew(tx, ID, config.lease(), share.partitions(), share.of()))
        .replaceWithVoid();
  }
}

package dev.relight.controlplane.engine;

import dev.relight.controlplane.engine.CaughtUp.Share;
import dev.relight.controlplane.store.Leases;
import dev.relight.controlplane.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Keeps this control plane's own lease: while it stands, what it dispatched will be published.
 * Tells the others which share of the reports it has read to the end.
 */
@ApplicationScoped
public class Announce {
  private static final Logger LOG = Logger.getLogger(Announce.class);

  private final Transactions transactions;
  private final Leases leases;
  private final CaughtUp caughtUp;
  private final EngineConfig config;
  private volatile String id = UUID.randomUUID().toString();
  private volatile long renewedAt = System.nanoTime();

  Announce(Transactions transactions, Leases leases, CaughtUp caughtUp, EngineConfig config) {
    this.transactions = transactions;
    this.leases = leases;
    this.caughtUp = caughtUp;
    this.config = config;
  }

  /** In whose name it dispatches: of this process, while its lease stands. */
  String id() {
    return id;
  }

  /** For how long PostgreSQL has not been reached. */
  public Duration silence() {
    return Duration.ofNanos(System.nanoTime() - renewedAt);
  }

  /**
   * Once its lease has run out, what it dispatched is the others' to send, and it has a new name.
   */
  Uni<Void> renew() {
    return announce()
        .chain(
            stands -> {
              if (stands) {
                return Uni.createFrom().voidItem();
              }
              LOG.info("The lease had run out; what was dispatched before may be sent again");
              id = UUID.randomUUID().toString();
              return announce().replaceWithVoid();
            });
  }

  private Uni<Boolean> announce() {
    Share share = caughtUp.share();
    return transactions
        .run(tx -> leases.renew(tx, id, config.lease(), share.partitions(), share.of()))
        .invoke(() -> renewedAt = System.nanoTime());
  }
}

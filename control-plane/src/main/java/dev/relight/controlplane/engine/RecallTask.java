package dev.relight.controlplane.engine;

import dev.relight.controlplane.plan.Plan;
import dev.relight.controlplane.store.RequestKeys;
import dev.relight.controlplane.store.RequestKeys.Kept;
import dev.relight.controlplane.store.RequestKeys.Key;
import dev.relight.controlplane.store.Tx;
import dev.relight.controlplane.task.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Keeps a receipt with each task, and finds by it the task that the same request has made before,
 * so that a client who did not hear the answer can ask again. Fails with a {@link Refusal} where it
 * was another request.
 */
@ApplicationScoped
public class RecallTask {
  private final RequestKeys keys;
  private final KeyConfig config;

  RecallTask(RequestKeys keys, KeyConfig config) {
    this.keys = keys;
    this.config = config;
  }

  /** The task that was made under the key, or nothing. */
  public Uni<Optional<SubmittedTask>> recall(Key key) {
    return keys.find(key, config.lifetime()).map(kept -> kept.map(it -> same(key, it)));
  }

  /**
   * Nothing where there is no key, or the transaction has it to itself now and is to make the task.
   * Waits for a transaction that is making it; if that one fails, it is this one's turn.
   */
  Uni<Optional<SubmittedTask>> recallOrClaim(Tx tx, Receipt receipt) {
    return receipt
        .key()
        .map(key -> recallOrClaim(tx, key))
        .orElse(Uni.createFrom().item(Optional.empty()));
  }

  /** In the transaction that has made the task. */
  Uni<Integer> keep(Tx tx, Receipt receipt, long taskId) {
    return receipt
        .key()
        .map(key -> keys.complete(tx, key, taskId))
        .orElse(Uni.createFrom().item(0));
  }

  private Uni<Optional<SubmittedTask>> recallOrClaim(Tx tx, Key key) {
    return keys.claim(tx, key, config.lifetime())
        .chain(
            claimed ->
                claimed
                    ? Uni.createFrom().item(Optional.empty())
                    : keys.find(tx, key, config.lifetime())
                        .map(kept -> Optional.of(same(key, kept.orElseThrow()))));
  }

  private static SubmittedTask same(Key key, Kept kept) {
    if (!kept.request().equals(key.request())) {
      throw Refusal.of(
          Refusal.Reason.KEY_REUSED,
          "The Idempotency-Key was used for another request, which made task %d; take a new key."
              .formatted(kept.taskId()),
          kept.taskId());
    }
    TaskRequest request =
        new TaskRequest(
            kept.kind(),
            kept.hostIds(),
            kept.origin().process(),
            kept.origin().creatorId(),
            kept.origin().creator(),
            kept.origin().executor(),
            kept.origin().traceparent());
    return new SubmittedTask(
        kept.taskId(),
        kept.firstSubtaskId(),
        Plan.of(kept.kind(), kept.hostIds()),
        request,
        kept.createTime(),
        true);
  }
}

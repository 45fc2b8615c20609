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
 * Finds the task that the same request has made before, so that a client who did not hear the
 * answer can ask again. Fails with a {@link Refusal} where it was another request.
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
   * Nothing where the transaction has the key to itself now and is to make the task. Waits for a
   * transaction that is making it; if that one fails, it is this one's turn.
   */
  Uni<Optional<SubmittedTask>> recallOrClaim(Tx tx, Key key) {
    return keys.claim(tx, key, config.lifetime())
        .chain(
            claimed ->
                claimed
                    ? Uni.createFrom().item(Optional.empty())
                    : keys.find(tx, key, config.lifetime())
                        .map(kept -> Optional.of(same(key, kept.orElseThrow()))));
  }

  /** In the transaction that has made the task. */
  Uni<Integer> keep(Tx tx, Key key, long taskId) {
    return keys.complete(tx, key, taskId);
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

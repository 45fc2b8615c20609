package dev.relight.controlplane.engine;

import dev.relight.controlplane.store.AuditEvents;
import dev.relight.controlplane.store.RequestKeys;
import java.util.Optional;

/**
 * What is kept of a request in the transaction that makes its task: all of it, or nothing.
 *
 * @param key the Idempotency-Key under which it came, if any
 * @param audit who asked, without the task
 */
public record Receipt(Optional<RequestKeys.Key> key, Optional<AuditEvents.Entry> audit) {
  static final Receipt NONE = new Receipt(Optional.empty(), Optional.empty());
}

package dev.relight.controlplane.engine;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/**
 * Since when this control plane has read everything that workers send. Only one that has, for a
 * whole lease, may call a worker lost: after an outage of Kafka or of the control planes the
 * heartbeats of living workers lie unread.
 */
@ApplicationScoped
public class CaughtUp {
  private Long since;

  /** Everything that was there at the last look has been read. */
  public synchronized void yes() {
    since = since == null ? (Long) System.nanoTime() : since;
  }

  /** Something lies unread, or the broker does not answer. */
  public synchronized void no() {
    since = null;
  }

  synchronized boolean forAtLeast(Duration duration) {
    return since != null && System.nanoTime() - since >= duration.toNanos();
  }
}

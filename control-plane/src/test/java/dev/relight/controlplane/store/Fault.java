package dev.relight.controlplane.store;

/** A guard that can be broken on purpose, to see that a simulation notices. */
public enum Fault {
  // Of the tables.
  A_BARRIER_OPENS_EARLY,
  A_BARRIER_COUNTS_TWICE,
  A_LANE_PASSES_WITHOUT_ITS_STAGE,
  A_RETRY_IS_NOT_AWAITED,
  NOBODY_CATCHES_UP,
  A_FENCE_IS_GIVEN_TWICE,
  PAUSED_IS_DISPATCHED,
  A_HOST_HAS_TWO_TASKS,
  A_HOST_IS_NEVER_FREED,
  AN_EVENT_IS_LOST,
  THE_LIVING_ARE_TAKEN_OVER,
  THE_LOST_ARE_NOT_FOUND,
  NOTHING_IS_SENT_AGAIN,
  A_FAILURE_KEEPS_ITS_CHANGES,
  // Of what stands between the engine and the others.
  STALE_REPORTS_COUNT,
  // Of the workers.
  A_WORKER_NEEDS_NO_LEASE,
  A_DISPATCH_IS_TAKEN_TWICE,
  // Of the hosts.
  A_HOST_HAS_NO_FENCE,
  A_HOST_HAS_NO_LOCK,
  A_HOST_FORGETS_OUTCOMES
}

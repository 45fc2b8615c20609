package dev.relight.controlplane.security;

import dev.relight.controlplane.task.Refusal;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gives each user his share of requests and refuses the rest; every answer to a known user says in
 * its headers what is left.
 */
@Singleton
class RateLimit {
  /** The user who asked longest ago makes room, and begins anew. */
  private static final int REMEMBERED = 10_000;

  private final Map<Long, Bucket> buckets = new Recent();
  private final RateLimitConfig config;

  RateLimit(RateLimitConfig config) {
    this.config = config;
  }

  /** Counts a request of this user; fails where it is one too many. */
  SecurityIdentity take(SecurityIdentity identity, RoutingContext context) {
    if (config.requests() > 0 && identity.getPrincipal() instanceof Caller caller) {
      take(caller, context.response());
    }
    return identity;
  }

  /** Makes a request that was counted not count. */
  void giveBack(SecurityIdentity identity) {
    if (config.requests() > 0 && identity.getPrincipal() instanceof Caller caller) {
      bucket(caller.id()).addTokens(1);
    }
  }

  private void take(Caller caller, HttpServerResponse response) {
    ConsumptionProbe probe = bucket(caller.id()).tryConsumeAndReturnRemaining(1);
    Duration reset = Duration.ofNanos(probe.getNanosToWaitForReset());
    response
        .putHeader("RateLimit-Limit", Long.toString(config.requests()))
        .putHeader("RateLimit-Remaining", Long.toString(probe.getRemainingTokens()))
        .putHeader("RateLimit-Reset", Long.toString(Refusal.wholeSeconds(reset)));
    if (!probe.isConsumed()) {
      throw Refusal.tooMany(
          "Too many requests; at most %d in %d s."
              .formatted(config.requests(), Refusal.wholeSeconds(config.interval())),
          Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
  }

  private Bucket bucket(long user) {
    synchronized (buckets) {
      return buckets.computeIfAbsent(user, none -> full());
    }
  }

  private Bucket full() {
    return Bucket.builder()
        .addLimit(
            limit ->
                limit
                    .capacity(config.requests())
                    .refillIntervally(config.requests(), config.interval()))
        .build();
  }

  private static final class Recent extends LinkedHashMap<Long, Bucket> {
    private static final long serialVersionUID = 1L;

    private Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Long, Bucket> eldest) {
      return size() > REMEMBERED;
    }
  }
}

package dev.relight.controlplane.security;

import dev.relight.controlplane.task.Refusal;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down who guesses passwords: after some wrong ones for a user name, or from an address, the
 * next one has to wait, ever longer. Names without a user are counted as all others are, so that
 * nobody learns which ones there are.
 */
@Singleton
class FailedLogins {
  /** Of names and of addresses each; the one that failed longest ago makes room. */
  private static final int REMEMBERED = 10_000;

  /** No user's name is longer. */
  private static final int LONGEST_NAME = 64;

  private record Failures(int count, Instant last, Instant waitUntil) {}

  private final Map<String, Failures> byName = new Recent();
  private final Map<String, Failures> byAddress = new Recent();
  private final LoginConfig config;
  private final Clock clock;

  FailedLogins(LoginConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  /** Refuses who has to wait, before his password is looked at. */
  synchronized void check(String name, String address) {
    Duration wait = wait(byName.get(key(name)));
    Duration other = wait(byAddress.get(address));
    refuse(wait.compareTo(other) > 0 ? wait : other);
  }

  /**
   * The same of whoever signs. What his key is called is no secret: that it was used wrongly says
   * nothing about who has it, and must not keep him out.
   */
  synchronized void check(String address) {
    refuse(wait(byAddress.get(address)));
  }

  /** To be called for each wrong signature. */
  synchronized void count(String address) {
    count(byAddress, address, config.addressAttempts());
  }

  /** To be called for each wrong password. */
  synchronized void count(String name, String address) {
    count(byName, key(name), config.attempts());
    count(byAddress, address, config.addressAttempts());
  }

  /** The right password forgives what was wrong for its user; the address stays as suspect. */
  synchronized void forget(String name) {
    byName.remove(key(name));
  }

  private static void refuse(Duration wait) {
    if (!wait.isZero()) {
      throw Refusal.tooMany("Too many attempts with wrong credentials.", wait);
    }
  }

  private Duration wait(Failures failures) {
    Instant now = clock.instant();
    return failures == null || !now.isBefore(failures.waitUntil)
        ? Duration.ZERO
        : Duration.between(now, failures.waitUntil);
  }

  private void count(Map<String, Failures> failures, String key, int allowed) {
    if (allowed == 0) {
      return;
    }
    Instant now = clock.instant();
    Failures before = failures.remove(key);
    boolean forgotten = before == null || now.isAfter(before.last.plus(config.memory()));
    int count = forgotten ? 1 : before.count + 1;
    Duration wait = count < allowed ? Duration.ZERO : delay(count - allowed);
    failures.put(key, new Failures(count, now, now.plus(wait)));
  }

  private Duration delay(int doublings) {
    // Far beyond any longest wait, and still within a Duration.
    Duration delay = config.delay().multipliedBy(1L << Math.min(doublings, 20));
    return delay.compareTo(config.maxDelay()) < 0 ? delay : config.maxDelay();
  }

  private static String key(String name) {
    return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
  }

  private static final class Recent extends LinkedHashMap<String, Failures> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
      return size() > REMEMBERED;
    }
  }
}

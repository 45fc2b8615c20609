package dev.relight.faults;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** What was asked for under which key, and which task each key was answered with. */
final class Accepted {
  private final Map<String, Long> taskOfKey = new HashMap<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger others = new AtomicInteger();

  String newKey() {
    return UUID.randomUUID().toString();
  }

  synchronized void answered(String key, Client.Answer answer) {
    if (answer.status() == Client.OK) {
      taskOfKey.put(key, answer.data().path("id").asLong());
    } else if (answer.status() == Client.CONFLICT) {
      refused.incrementAndGet();
    } else {
      others.incrementAndGet();
    }
  }

  synchronized Map<String, Long> taskOfKey() {
    return Map.copyOf(taskOfKey);
  }

  /** How often another task had one of the hosts. */
  int refused() {
    return refused.get();
  }

  /** How often something was answered that nobody should hear. */
  int others() {
    return others.get();
  }
}

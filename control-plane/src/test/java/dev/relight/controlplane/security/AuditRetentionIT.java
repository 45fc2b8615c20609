package dev.relight.controlplane.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relight.controlplane.PageRequest;
import dev.relight.controlplane.store.AuditEvents;
import dev.relight.controlplane.store.AuditEvents.Entry;
import dev.relight.controlplane.store.AuditEvents.Filter;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class AuditRetentionIT {
  @Inject AuditEvents events;
  @Inject Pool pool;

  private final String trace = UUID.randomUUID().toString();

  @Test
  void forgetsWhatIsOlderThanItIsKept() {
    tell(100L, "old");
    update("update audit_event set at = at - interval '91 days' where trace_id = '" + trace + "'");
    tell(100L, "new");

    audit(10).round().await().atMost(Duration.ofSeconds(30));
    assertThat(operations()).containsExactly("new");
  }

  @Test
  void keepsOnlyTheNewestOfThoseWhomNobodyKnows() {
    tell(100L, "known");
    for (int i = 0; i < 5; i++) {
      tell(null, "stranger " + i);
    }

    audit(2).round().await().atMost(Duration.ofSeconds(30));
    assertThat(operations()).containsExactly("known", "stranger 3", "stranger 4");
  }

  /** All at once, so that they are written down together. */
  @Test
  void keepsTheOthersWhereOneCannotBeKept() {
    Audit audit = audit(10);
    List<Uni<Void>> told = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      told.add(audit.tell(entry(100L, i == 5 ? "what no text \0 can have" : "operation " + i)));
    }
    Uni.join().all(told).andFailFast().await().atMost(Duration.ofSeconds(30));
    assertThat(operations())
        .containsExactlyInAnyOrder(
            IntStream.range(0, 9)
                .filter(i -> i != 5)
                .mapToObj(i -> "operation " + i)
                .toArray(String[]::new));
  }

  private Audit audit(int strangers) {
    return new Audit(
        events,
        new AuditConfig() {
          @Override
          public Duration keep() {
            return Duration.ofDays(90);
          }

          @Override
          public int maxStrangers() {
            return strangers;
          }
        });
  }

  private void tell(Long userId, String operation) {
    events.append(List.of(entry(userId, operation))).await().atMost(Duration.ofSeconds(30));
  }

  private Entry entry(Long userId, String operation) {
    String name = userId == null ? null : "admin";
    return new Entry(userId, name, operation, "/", List.of(), null, "::1", 200, null, null, trace);
  }

  private List<String> operations() {
    return events
        .events(
            new Filter(null, null, null, null, null, null, trace),
            new PageRequest(1, 10, "id", false))
        .await()
        .atMost(Duration.ofSeconds(30))
        .contents()
        .stream()
        .map(stored -> stored.entry().operation())
        .toList();
  }

  private void update(String sql) {
    pool.query(sql).execute().toCompletionStage().toCompletableFuture().join();
  }
}

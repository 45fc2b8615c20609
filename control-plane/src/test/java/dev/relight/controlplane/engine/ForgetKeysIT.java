package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.store.RequestKeys.Key;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ForgetKeysIT {
  @Inject Rehearsal rehearsal;
  @Inject SubmitTask submitTask;
  @Inject ForgetKeys forgetKeys;

  @AfterEach
  void clear() throws InterruptedException {
    rehearsal.clear();
  }

  @Test
  void forgetsOnlyWhatIsOlderThanADay() {
    rehearsal.worker((w, command) -> {});
    for (String key : List.of("yesterday's", "today's")) {
      TaskRequest request =
          new TaskRequest(
              TaskKind.RESTART, rehearsal.hosts(1), null, 100, "admin", "127.0.0.1", null);
      submitTask
          .submit(request, new Receipt(Optional.of(new Key(100, key, "digest")), Optional.empty()))
          .await()
          .atMost(Rehearsal.LONG);
    }
    rehearsal.update(
        "update request_key set create_time = now() - interval '24 hours 1 second' where key like 'y%'");

    forgetKeys.round().await().atMost(Rehearsal.LONG);

    assertThat(rehearsal.count("select count(*) from request_key where key like 'y%'")).isZero();
    assertThat(rehearsal.count("select count(*) from request_key where key like 't%'")).isOne();
  }
}

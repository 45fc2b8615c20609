package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relight.controlplane.engine.AwaitTask;
import dev.relight.controlplane.task.Refusal;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class CompletionIT {
  @Inject AwaitTask awaitTask;
  @Inject Tables tables;

  @AfterEach
  void forget() {
    tables.forgetTasks();
  }

  @Test
  void saysWhichTaskGoesOnWhenTheWaitRanOut() {
    int task =
        Api.admin()
            .post("/compute/hosts/" + tables.hosts(1).get(0) + "/agent/restart")
            .path("data.id");
    Completion completion = new Completion(awaitTask, new Impatient());

    assertThatThrownBy(() -> VertxContextSupport.subscribeAndAwait(() -> completion.of(task)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(Refusal.Reason.WAIT_RAN_OUT);
              assertThat(refusal.target()).isEqualTo("" + task);
            });
  }

  private static final class Impatient implements ApiConfig {
    @Override
    public Optional<String> serverAddress() {
      return Optional.empty();
    }

    @Override
    public Duration syncTimeout() {
      return Duration.ofMillis(100);
    }

    @Override
    public int maxHosts() {
      return 1;
    }
  }
}

package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.model.TaskStatus;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hosts are operated by the workers of their pool, which have a topic of their own. */
@QuarkusTest
class PoolsIT {
  @Inject Rehearsal rehearsal;

  @AfterEach
  void clear() throws InterruptedException {
    rehearsal.clear();
  }

  @Test
  void commandsGoToTheWorkersOfTheHostsPool() throws Exception {
    List<Long> hosts = rehearsal.hosts(4);
    List<Long> elsewhere = hosts.subList(2, 4);
    rehearsal.update(
        "update host set pool = 'nobody' where id in (%d, %d)"
            .formatted(elsewhere.get(0), elsewhere.get(1)));
    ScriptedWorker here = rehearsal.worker(ScriptedWorker::obey);
    ScriptedWorker there = new ScriptedWorker("there", "nobody", ScriptedWorker::obey);
    try {
      await().atMost(Rehearsal.LONG).until(there::isAcknowledged);
      SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, hosts);
      assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    } finally {
      there.stop();
    }
    assertThat(here.received())
        .extracting(command -> command.host().id())
        .hasSameElementsAs(hosts.subList(0, 2));
    assertThat(there.received())
        .extracting(command -> command.host().id())
        .hasSameElementsAs(elsewhere);
  }
}

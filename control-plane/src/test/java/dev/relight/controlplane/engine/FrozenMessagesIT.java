package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.controlplane.engine.Listener.Heard;
import dev.relight.controlplane.plan.TaskKind;
import dev.relight.embedded.FrozenMessage;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.model.TaskStatus;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker of the first release is as good as one of this. */
@QuarkusTest
class FrozenMessagesIT {
  private static final String LOG_OF_STOP =
      "select string_agg(lines, '') from subtask_log l join subtask s on s.id = l.subtask_id"
          + " where s.kind = 'STOP_ALL' and s.task_id = ";

  @Inject Rehearsal rehearsal;

  private final KafkaProducer<String, byte[]> producer =
      new KafkaProducer<>(
          Map.of("bootstrap.servers", System.getProperty("kafka.bootstrap.servers")),
          new StringSerializer(),
          new ByteArraySerializer());

  @AfterEach
  void clear() throws InterruptedException {
    producer.close();
    rehearsal.clear();
  }

  @Test
  void itsReportsCarryATaskToItsEnd() {
    rehearsal.worker(
        (worker, command) -> answer(worker, command, "a start", "lines of the log", "a success"));
    List<Long> hosts = rehearsal.hosts(1);
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, hosts);

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(processes(hosts.get(0)))
        .isEqualTo("ocp_agentd STARTED 4711, ocp_mgragent STARTED 4712, ocp_monagent STOPPED 0");
    assertThat(rehearsal.text(LOG_OF_STOP + task.id()))
        .contains("waiting for ocp_mgragent – 3 s", "stopped ocp_monagent");
  }

  @Test
  void whatItHandsBackIsDoneAgainAndWhatItFailsIsFailed() {
    rehearsal.worker(
        (worker, command) -> {
          if (command.kind() != SubtaskKind.STOP_ALL) {
            answer(worker, command, "a start", "a success");
          } else if (worker.received().stream().filter(c -> c.kind() == command.kind()).count()
              == 1) {
            answer(worker, command, "a release");
          } else {
            answer(worker, command, "a start", "a failure");
          }
        });
    SubmittedTask task = rehearsal.submit(TaskKind.BATCH_RESTART, rehearsal.hosts(1));

    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.FAILED);
    assertThat(Listener.await("relight.subtask-status", task.id(), 1))
        .extracting(Heard::body)
        .anyMatch(body -> body.contains("process 4712 is still there after 600 s"));
  }

  @Test
  void itsHeartbeatsRenewItsLease() {
    String worker = "frozen-" + UUID.randomUUID();
    for (FrozenMessage heartbeat : FrozenMessage.of("worker-heartbeats")) {
      String id = worker + heartbeat.name().length();
      // Nobody gives anything to a worker of a pool without hosts.
      FrozenMessage sent = heartbeat.with("/worker", id).with("/pool", "nobody");
      producer.send(sent.record("relight.worker-heartbeats"));
      String lease = "select count(*) from worker where pool = 'nobody' and id = '" + id + "'";
      await().atMost(Rehearsal.LONG).until(() -> rehearsal.count(lease) == 1);
    }
  }

  @Test
  void itsSightingsAreBelieved() {
    long host = rehearsal.hosts(1).get(0);
    sight("an agent", host);
    await()
        .atMost(Rehearsal.LONG)
        .until(() -> String.valueOf(processes(host)).startsWith("ocp_agentd STARTED 4711"));
    sight("a host that does not answer", host);
    String failed = "select failed_looks from host where id = " + host;
    await().atMost(Rehearsal.LONG).until(() -> rehearsal.count(failed) == 1);
  }

  private void sight(String name, long host) {
    // The clock of PostgreSQL is this machine's.
    FrozenMessage sighting =
        FrozenMessage.of("host-sightings", name)
            .with("/hostId", host)
            .with("/asked", Instant.now().plus(Duration.ofSeconds(1)).toString());
    producer.send(sighting.record("relight.host-sightings"));
  }

  private void answer(ScriptedWorker worker, SubtaskCommand command, String... reports) {
    Arrays.stream(reports)
        .map(name -> FrozenMessage.of("subtask-reports", name))
        .map(report -> report.with("/taskId", command.taskId()))
        .map(report -> report.with("/subtaskId", command.subtaskId()))
        .map(report -> report.with("/attempt", command.attempt()))
        .map(report -> report.with("/fence", command.fence()))
        .map(report -> report.with("/worker", worker.id()))
        .forEach(report -> producer.send(report.record("relight.subtask-reports")));
  }

  private String processes(long host) {
    return rehearsal.text(
        """
        select string_agg(alias || ' ' || status || ' ' || pid, ', ' order by alias)
        from agent_process where host_id = %d
        """
            .formatted(host));
  }
}

package dev.relight.controlplane.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.store.Looks;
import dev.relight.model.AgentState;
import dev.relight.model.HostLook;
import dev.relight.model.ProcessState;
import dev.relight.model.ReportType;
import dev.relight.model.TaskStatus;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hosts are looked at beside all tasks, and what is seen there is in the lists. */
@QuarkusTest
class HostLooksIT {
  private static final AgentState UP = agent(true, 4711);
  private static final AgentState DOWN = agent(false, 0);

  @Inject Rehearsal rehearsal;
  @Inject Looks looks;

  @BeforeEach
  void leaveOtherHostsAlone() {
    rehearsal.update("update host set next_look = 'infinity'");
  }

  @AfterEach
  void clear() throws InterruptedException {
    leaveOtherHostsAlone();
    rehearsal.clear();
  }

  @Test
  void aListTellsWhatBecameOfAnAgentThatNobodyAskedFor() {
    long host = rehearsal.hosts(1).get(0);
    ScriptedWorker worker = worker(look -> UP);
    awaitStatus(host, "ONLINE/AVAILABLE/STARTED 4711");

    worker.look(look -> DOWN);
    lookSoon(host);
    awaitStatus(host, "ONLINE/STOPPED/STOPPED 0");
  }

  @Test
  void aHostIsOfflineWhenItCannotBeReachedTwiceAndOnlineWithTheNextSight() {
    long host = rehearsal.hosts(1).get(0);
    ScriptedWorker worker = worker(look -> UP);
    awaitStatus(host, "ONLINE/AVAILABLE/STARTED 4711");

    worker.look(look -> null);
    lookSoon(host);
    await()
        .atMost(Rehearsal.LONG)
        .until(() -> rehearsal.count("select failed_looks from host where id = " + host) == 1);
    assertThat(status(host)).as("after one look").startsWith("ONLINE/AVAILABLE");
    assertThat(rehearsal.count(SECONDS_TO_NEXT_LOOK + host)).isLessThanOrEqualTo(30);
    lookSoon(host);
    awaitStatus(host, "OFFLINE/OFFLINE/STARTED 4711");

    worker.look(look -> UP);
    lookSoon(host);
    awaitStatus(host, "ONLINE/AVAILABLE/STARTED 4711");
    assertThat(rehearsal.count("select failed_looks from host where id = " + host)).isZero();
  }

  @Test
  void aTaskThatSeesAHostBringsItBackAtOnce() {
    long host = rehearsal.hosts(1).get(0);
    rehearsal.update(
        "update host set status = 'OFFLINE', next_look = 'infinity' where id = " + host);
    rehearsal.worker((worker, command) -> worker.succeed(command, UP));
    SubmittedTask task = rehearsal.submit(TaskKind.REFRESH_AGENT, List.of(host));
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);
    assertThat(status(host)).isEqualTo("ONLINE/AVAILABLE/STARTED 4711");
  }

  @Test
  void whatATaskKnowsOfAHostCountsMore() throws Exception {
    BlockingQueue<HostLook> asked = new LinkedBlockingQueue<>();
    ScriptedWorker worker =
        rehearsal.worker(
            (me, command) -> {
              me.report(command, ReportType.STARTED, null);
              if (command.attempt() == 2) {
                me.succeed(command, UP);
              }
            });
    worker.look(
        look -> {
          asked.add(look);
          return DOWN;
        });
    long host = rehearsal.hosts(1).get(0);
    HostLook early = asked.poll(Rehearsal.LONG.toSeconds(), TimeUnit.SECONDS);
    awaitStatus(host, "ONLINE/STOPPED/STOPPED 0");
    SubmittedTask task = rehearsal.submit(TaskKind.REFRESH_AGENT, List.of(host));
    // It passes by what a task has: the other one shows that it has come by.
    long other = rehearsal.hosts(1).get(0);
    lookSoon(host);
    assertThat(asked.poll(Rehearsal.LONG.toSeconds(), TimeUnit.SECONDS).host().id())
        .isEqualTo(other);
    await().until(() -> !worker.received().isEmpty());
    worker.succeed(worker.received().get(0), UP);
    assertThat(rehearsal.end(task)).isEqualTo(TaskStatus.SUCCESSFUL);

    worker.sighted(early, DOWN);
    awaitStatus(other, "ONLINE/STOPPED/STOPPED 0");
    worker.look(look -> look.host().id() == other ? UP : DOWN);
    lookSoon(other);
    awaitStatus(other, "ONLINE/AVAILABLE/STARTED 4711");
    assertThat(status(host)).as("after a late answer").startsWith("ONLINE/AVAILABLE");
  }

  @Test
  void eachLookIsClaimedOnceHoweverManyWouldAsk() {
    List<Long> hosts = rehearsal.hosts(60);
    Duration interval = Duration.ofMinutes(5);
    List<List<HostLook>> claims =
        Uni.join()
            .all(IntStream.range(0, 6).mapToObj(i -> looks.claim("default", 20, interval)).toList())
            .andFailFast()
            .await()
            .atMost(Rehearsal.LONG);
    claims.forEach(claim -> assertThat(claim).hasSizeLessThanOrEqualTo(20));
    List<Long> claimed =
        claims.stream().flatMap(List::stream).map(look -> look.host().id()).toList();
    assertThat(claimed).doesNotHaveDuplicates().isSubsetOf(hosts).hasSizeGreaterThanOrEqualTo(20);
    assertThat(
            rehearsal.count(
                "select count(*) from host where next_look between now() + interval '2 minutes'"
                    + " and now() + interval '8 minutes'"))
        .isEqualTo(claimed.size());
  }

  private static final String SECONDS_TO_NEXT_LOOK =
      "select ceil(extract(epoch from next_look - now()))::bigint from host where id = ";

  private ScriptedWorker worker(Function<HostLook, AgentState> sight) {
    ScriptedWorker worker = rehearsal.worker(ScriptedWorker::obey);
    worker.look(sight);
    return worker;
  }

  private void lookSoon(long host) {
    rehearsal.update("update host set next_look = now() where id = " + host);
  }

  private void awaitStatus(long host, String status) {
    await().atMost(Rehearsal.LONG).untilAsserted(() -> assertThat(status(host)).isEqualTo(status));
  }

  /** As in {@code ONLINE/AVAILABLE/STARTED 4711}: the host, its agent, its process. */
  private String status(long host) {
    return rehearsal.text(
        """
        select h.status || '/' || a.status || '/' ||
          coalesce((select p.status || ' ' || p.pid from agent_process p where p.host_id = h.id), '')
        from host h join agent a on a.host_id = h.id where h.id = %d
        """
            .formatted(host));
  }

  private static AgentState agent(boolean running, int pid) {
    ProcessState process =
        new ProcessState("ocp_agentd", running, pid, null, null, null, null, false);
    return new AgentState(running, "4.2.2", "/log", List.of(process), Instant.now());
  }
}

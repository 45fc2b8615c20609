package dev.relight.controlplane.messaging;

import static dev.relight.model.ReportType.LOG;
import static dev.relight.model.ReportType.RELEASED;
import static dev.relight.model.ReportType.STARTED;
import static dev.relight.model.ReportType.SUCCEEDED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relight.embedded.FrozenMessage;
import dev.relight.model.AgentState;
import dev.relight.model.Dispatch;
import dev.relight.model.HostSighting;
import dev.relight.model.ProcessState;
import dev.relight.model.ReportType;
import dev.relight.model.SubtaskReport;
import dev.relight.model.TaskEvent;
import dev.relight.model.TaskStatus;
import dev.relight.model.WorkerHeartbeat;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class WireTest {
  private static final AgentState SEEN =
      new AgentState(
          true,
          "4.2.1",
          "/home/admin/ocp_agent/log",
          List.of(
              new ProcessState(
                  "ocp_agentd",
                  true,
                  4711,
                  Instant.parse("2026-11-22T08:15:30.123456789Z"),
                  null,
                  "admin",
                  "bin/ocp_agentd -c conf/agentd.yaml",
                  "",
                  false),
              new ProcessState(
                  "ocp_mgragent",
                  true,
                  4712,
                  Instant.parse("2026-11-22T08:15:31Z"),
                  "5f0c2a1e 98213",
                  "admin",
                  "bin/ocp_mgragent",
                  "62888",
                  true),
              new ProcessState("ocp_monagent", false, 0, null, null, null, null, null, true)),
          Instant.parse("2026-11-22T08:16:00.500Z"));

  private final Wire wire = new Wire(new ObjectMapper().findAndRegisterModules());

  /** Whatever else were thrown would end the reading of the topic for good. */
  @Test
  void saysOfNonsenseThatItCannotBeRead() {
    for (String nonsense : List.of("", "no JSON", "null", "[]", "1", "\"\"", "{}", "{\"a\":1}")) {
      byte[] value = nonsense.getBytes(UTF_8);
      cannotBeRead(nonsense, () -> wire.report(value));
      cannotBeRead(nonsense, () -> wire.heartbeat(value));
      cannotBeRead(nonsense, () -> wire.sighting(value));
      cannotBeRead(nonsense, () -> wire.taskEvent(value));
    }
  }

  /** The engine would fail at it, again and again. */
  @Test
  void saysOfAReportThatLacksSomethingThatItCannotBeRead() throws Exception {
    String report =
        """
        {"taskId":7,"subtaskId":8,"attempt":1,"fence":9,"worker":"w","type":"SUCCEEDED",
         "at":"2026-01-01T00:00:00Z","log":[],
         "observed":{"running":true,"processes":[{"alias":"ocp_agentd","running":true}]}}
        """;
    assertThat(wire.report(report.getBytes(UTF_8)).observed().processes()).hasSize(1);
    for (String part :
        List.of(
            "\"worker\":\"w\",",
            "\"type\":\"SUCCEEDED\",",
            "\"at\":\"2026-01-01T00:00:00Z\",",
            ",\"processes\":[{\"alias\":\"ocp_agentd\",\"running\":true}]",
            "\"alias\":\"ocp_agentd\",")) {
      assertThat(report).contains(part);
      byte[] lacking = report.replace(part, "").getBytes(UTF_8);
      cannotBeRead("without " + part, () -> wire.report(lacking));
    }
  }

  @Test
  void saysOfNothingThatItCannotBeRead() {
    cannotBeRead("nothing", () -> wire.report(null));
    cannotBeRead("nothing", () -> wire.heartbeat(null));
    cannotBeRead("nothing", () -> wire.sighting(null));
    cannotBeRead("nothing", () -> wire.taskEvent(null));
  }

  @Test
  void readsAnEventWithMembersThatItDoesNotKnow() throws Exception {
    String text = "{\"taskId\":7,\"status\":\"FAILED\",\"later\":[]}";
    assertThat(wire.taskEvent(text.getBytes(UTF_8)).status()).isEqualTo(TaskStatus.FAILED);
  }

  @Test
  void readsTheReportsOfTheFirstRelease() throws Exception {
    assertThat(wire.report(frozen("subtask-reports", "a start"))).isEqualTo(report(STARTED, null));
    assertThat(wire.report(frozen("subtask-reports", "a release")))
        .isEqualTo(report(RELEASED, null));
    assertThat(wire.report(frozen("subtask-reports", "lines of the log")))
        .isEqualTo(report(LOG, null, "waiting for ocp_mgragent – 3 s"));
    assertThat(wire.report(frozen("subtask-reports", "a failure")).message())
        .isEqualTo("process 4712 is still there after 600 s");
    assertThat(wire.report(frozen("subtask-reports", "a success")))
        .isEqualTo(report(SUCCEEDED, SEEN, "stopped ocp_monagent", "stopped ocp_mgragent"));
  }

  @Test
  void readsTheHeartbeatsOfTheFirstRelease() throws Exception {
    assertThat(wire.heartbeat(frozen("worker-heartbeats", "work")))
        .isEqualTo(
            new WorkerHeartbeat(
                "worker-7f3a",
                "default",
                42,
                1000,
                998,
                List.of(0, 1, 63),
                List.of(new Dispatch(500123, 90071), new Dispatch(500124, 90073)),
                List.of("noop", "obagent", "ocp-agent", "ocp-agent-http"),
                List.of("ocp-agent-http"),
                16,
                false));
    assertThat(wire.heartbeat(frozen("worker-heartbeats", "an orderly stop")))
        .returns("zone-b", WorkerHeartbeat::pool)
        .returns(0, WorkerHeartbeat::free)
        .returns(true, WorkerHeartbeat::stopping);
    assertThat(
            wire.heartbeat(frozen("worker-heartbeats", "a worker that does not tell its profiles")))
        .returns(null, WorkerHeartbeat::profiles)
        .returns(null, WorkerHeartbeat::restartOnly);
  }

  @Test
  void readsTheSightingsOfTheFirstRelease() throws Exception {
    assertThat(wire.sighting(frozen("host-sightings", "an agent")))
        .isEqualTo(
            new HostSighting(
                "worker-7f3a", 17, Instant.parse("2026-11-22T08:20:00.000001Z"), SEEN, null));
    assertThat(wire.sighting(frozen("host-sightings", "a host that does not answer")))
        .returns(null, HostSighting::observed)
        .returns("Cannot connect to 10.0.0.17 port 22: timed out", HostSighting::message);
  }

  @Test
  void readsTheEventsOfTheFirstRelease() throws Exception {
    assertThat(wire.taskEvent(frozen("task-status", "a new task")).status())
        .isEqualTo(TaskStatus.RUNNING);
    assertThat(wire.taskEvent(frozen("task-status", "an end")))
        .returns(1001L, TaskEvent::taskId)
        .returns(TaskStatus.FAILED, TaskEvent::status);
  }

  private static SubtaskReport report(ReportType type, AgentState observed, String... log) {
    Instant at = Instant.parse("2026-11-22T08:16:01.750Z");
    return new SubtaskReport(
        1001, 500123, 2, 90071, "worker-7f3a", type, at, null, observed, List.of(log));
  }

  private static byte[] frozen(String topic, String name) {
    return FrozenMessage.of(topic, name).bytes();
  }

  private static void cannotBeRead(String what, ThrowingCallable read) {
    assertThatIOException().as(what).isThrownBy(read);
  }
}

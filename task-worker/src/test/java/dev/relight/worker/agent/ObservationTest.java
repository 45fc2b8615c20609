package dev.relight.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relight.model.AgentState;
import dev.relight.model.HostTarget;
import dev.relight.model.ProcessState;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ObservationTest {
  private static final HostTarget HOST =
      new HostTarget(1, "10.0.0.1", 22, "obagent", "/home/admin/obagent", "key");

  private final Observation observation = new Observation(Dialect.OBAGENT, HOST, false);

  @Test
  void hasTheSupervisorFirstAndThenItsServices() throws Exception {
    AgentState state =
        up(
            """
            {"state":"running","ready":true,"version":"4.2.2-1","pid":10,"socket":"x",
             "services":{
               "ob_mgragent":{"state":"running","pid":11,"startAt":1600000000123456789,
                 "ports":[8089,8088],"user":"admin","command":"/bin/mgr -x"},
               "ob_monagent":{"state":"stopped","pid":0,"startAt":0,"ports":[]}},
             "dangling":[],"startAt":1600000000000000000}
            """);
    Instant start = Instant.ofEpochSecond(1_600_000_000);
    assertThat(state.running()).isTrue();
    assertThat(state.version()).isEqualTo("4.2.2-1");
    assertThat(state.logHome()).isEqualTo("/home/admin/obagent/log");
    assertThat(state.processes())
        .containsExactly(
            new ProcessState("ob_agentd", true, 10, start, null, "ob_agentd", "", false),
            new ProcessState(
                "ob_mgragent",
                true,
                11,
                start.plusNanos(123_456_789),
                "admin",
                "/bin/mgr -x",
                "8089,8088",
                true),
            new ProcessState("ob_monagent", false, 0, null, null, null, null, true));
  }

  @Test
  void showsTwiceWhatRunsTwice() throws Exception {
    AgentState state =
        up(
            """
            {"state":"running","pid":10,
             "services":{"ob_mgragent":{"state":"running","pid":11}},
             "dangling":[{"name":"ob_mgragent","pid":9,"pidFile":"f","socket":"s"}]}
            """);
    assertThat(StartAll.complaint(null, state, false).text()).startsWith("ob_mgragent runs twice");
  }

  @Test
  void takesAStartingProcessForStoppedAndAStoppingOneForRunning() throws Exception {
    AgentState state =
        up(
            """
            {"state":"stopping","pid":10,
             "services":{"ob_mgragent":{"state":"starting","pid":11},
                         "ob_monagent":{"state":"unknown","pid":12}}}
            """);
    assertThat(state.processes())
        .extracting(ProcessState::running)
        .containsExactly(true, false, false);
  }

  @Test
  void ofADeadAgentKeepsTheNamesOfItsProcesses() throws Exception {
    AgentState before =
        up(
            "{\"state\":\"running\",\"pid\":10,\"services\":{\"a\":{\"state\":\"running\",\"pid\":11}}}");
    AgentState after = observation.down(before);
    assertThat(after.running()).isFalse();
    assertThat(after.processes()).extracting(ProcessState::alias).containsExactly("ob_agentd", "a");
    assertThat(after.processes()).extracting(ProcessState::running).containsOnly(false);
    assertThat(observation.down(null).processes()).hasSize(1);
  }

  private AgentState up(String json) throws Exception {
    return observation.up(new ObjectMapper().readTree(json));
  }
}

package dev.relight.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
  @TempDir Path directory;

  @Test
  void endsTheAgentsOfAKilledLauncherAndRecordsIt() throws Exception {
    try (AgentOnTrial agent = new AgentOnTrial(directory, AgentKind.FROM_3_2)) {
      agent.run("start");
      Leftovers.clear(directory);
      assertThat(agent.processes()).isEmpty();
      assertThat(agent.recorded("stop")).hasSameSizeAs(agent.recorded("start"));
    }
  }

  @Test
  void recordsWhatHadToBeKilled() throws Exception {
    try (AgentOnTrial agent = new AgentOnTrial(directory, AgentKind.FROM_3_2)) {
      agent.run("start");
      agent.host().setFault("stop-hangs", "");
      Leftovers.clear(directory);
      assertThat(agent.processes()).isEmpty();
      assertThat(agent.recorded("stop")).hasSameSizeAs(agent.recorded("start"));
    }
  }

  @Test
  void leavesAloneWhoOnlyLooksAtTheDirectory() throws Exception {
    try (AgentOnTrial agent = new AgentOnTrial(directory, AgentKind.FROM_3_2)) {
      agent.run("start");
      String log = agent.host().agentHome().resolve("log/ocp_agentd.log").toString();
      Process reader = new ProcessBuilder("tail", "-f", log).start();
      try {
        Leftovers.clear(directory);
        assertThat(reader.isAlive()).isTrue();
      } finally {
        reader.destroyForcibly();
      }
    }
  }
}

package dev.relight.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.relight.client.model.HostIds;
import dev.relight.client.model.ProcessAnswer;
import dev.relight.client.model.TaskAnswer;
import dev.relight.client.model.TaskStatus;
import dev.relight.embedded.FreePort;
import dev.relight.local.DemoHost;
import dev.relight.local.LocalSystem;
import dev.relight.local.Options;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user's generated client gets who restarts a process, and agents, on real hosts. */
class ClientIT {
  private static final int HOSTS = 2;

  @TempDir static Path directory;
  private static LocalSystem system;
  private static ComputeApi compute;
  private static TasksApi tasks;

  @BeforeAll
  static void start() throws Exception {
    Options options = new Options(directory, FreePort.next(), HOSTS, 1, 1, true);
    system = LocalSystem.start(options, System.out::println);
    String credentials = LocalSystem.ADMIN + ":" + system.password();
    String basic =
        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    ApiClient client = new ApiClient();
    client.updateBaseUri(system.controlPlanes().get(0).uri().resolve("/api/v2").toString());
    client.setRequestInterceptor(request -> request.header("Authorization", basic));
    compute = new ComputeApi(client);
    tasks = new TasksApi(client);
  }

  @AfterAll
  static void end() {
    if (system != null) {
      system.close();
    }
  }

  @Test
  void restartsAProcessAndSeesItsNewPid() throws Exception {
    long host = system.idOf(system.hosts().get(0));
    ProcessAnswer before =
        compute.listAgentProcesses(host, 1, 100, "alias").getData().getContents().stream()
            .filter(process -> process.getAlias().equals("node_exporter"))
            .findFirst()
            .orElseThrow();

    ProcessAnswer after =
        compute.restartAgentProcess(before.getId(), host, "once-" + host).getData();

    assertThat(after.getId()).isEqualTo(before.getId());
    assertThat(after.getStatus()).isEqualTo("STARTED");
    assertThat(after.getPid()).isPositive().isNotEqualTo(before.getPid());
    assertThat(ProcessHandle.of(after.getPid())).isPresent();
  }

  @Test
  void restartsTheAgentsOfAllHostsAndFollowsTheTask() throws Exception {
    List<Long> hosts = system.hosts().stream().map(system::idOf).toList();

    TaskAnswer task = compute.batchRestartAgents(new HostIds().hostIds(hosts), null).getData();

    assertThat(task.getStatus()).isEqualTo(TaskStatus.RUNNING);
    assertThat(task.getSubtasks()).hasSize(5 * HOSTS + 4);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> tasks.getTask(task.getId()).getData().getStatus() == TaskStatus.SUCCESSFUL);
    for (DemoHost host : system.hosts()) {
      assertThat(compute.getAgent(system.idOf(host)).getData().getStatus()).isEqualTo("AVAILABLE");
    }
  }

  @Test
  void hearsWhatIsWrong() {
    assertThatThrownBy(() -> compute.batchRestartAgents(new HostIds().hostIds(List.of()), null))
        .isInstanceOfSatisfying(
            ApiException.class,
            failure -> {
              assertThat(failure.getCode()).isEqualTo(400);
              assertThat(failure.getResponseBody()).contains("10001", "hostIds");
            });
  }
}

package dev.relight.controlplane.plan;

import dev.relight.model.SubtaskKind;
import java.time.Duration;

/**
 * How a kind of subtask is named to clients, and how long it may take.
 *
 * @param name shown name, also its description
 * @param className the identifier that tools made for OCP know the kind by
 * @param timeout from the first start of the work to FAILED
 */
public record SubtaskText(String name, String className, Duration timeout) {
  private static final String OCP = "com.alipay.ocp.service.task.business.";

  /** The text of a kind. */
  public static SubtaskText of(SubtaskKind kind) {
    return switch (kind) {
      case PREPARE_RESTART -> agent("Prepare restart OCP agent", "PrepareRestartOcpAgentTask", 60);
      case PREPARE_STOP -> agent("Prepare stop OCP agent", "PrepareStopOcpAgentTask", 60);
      case RESTART_PROXY -> agent("Restart pos proxy", "RestartPosProxyTask", 60);
      case STOP_ALL -> agent("Stop all OCP agent processes", "StopAllOcpAgentProcessesTask", 600);
      case START_ALL ->
          agent("Start all OCP agent processes", "StartAllOcpAgentProcessesTask", 600);
      case FINISH -> agent("Finish OCP agent operation", "FinishOcpAgentOperationTask", 60);
      case RESTART_PROCESS -> own("Restart agent process", "RestartAgentProcess");
      case STOP_PROCESS -> own("Stop agent process", "StopAgentProcess");
      case REFRESH -> own("Refresh agent", "RefreshAgent");
      case WAIT -> new SubtaskText("Wait node", OCP + "WaitNode", Duration.ofSeconds(30));
    };
  }

  private static SubtaskText agent(String name, String className, int seconds) {
    return new SubtaskText(name, OCP + "obagent." + className, Duration.ofSeconds(seconds));
  }

  private static SubtaskText own(String name, String className) {
    return new SubtaskText(name, "dev.relight." + className, Duration.ofSeconds(60));
  }
}

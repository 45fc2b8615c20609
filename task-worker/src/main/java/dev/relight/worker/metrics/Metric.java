package dev.relight.worker.metrics;

import dev.relight.service.metrics.Measure;
import dev.relight.service.metrics.Measures;

/**
 * Everything that this service tells of its own work, beside what Quarkus tells of Kafka and the
 * JVM. It can be counted from anywhere, as it can be logged from anywhere.
 */
public final class Metric {
  static final Measures ALL = new Measures();

  public static final Measure COMMAND_DELIVERY =
      ALL.timer(
          "relight.command.delivery", "a command's way from the control plane over Kafka to here");
  public static final Measure COMMANDS_UNREADABLE =
      ALL.counter(
          "relight.commands.unreadable",
          "commands that could not be understood and went to the dead letters");
  public static final Measure ATTEMPT_DURATION =
      ALL.timer(
          "relight.attempt.duration",
          "from the arrival of a command to the broker's acknowledgement of its last report",
          "kind",
          "outcome");
  public static final Measure REPORT_SENDING =
      ALL.timer("relight.report.sending", "until the broker has acknowledged a report");
  public static final Measure ATTEMPTS =
      ALL.gauge("relight.worker.attempts", "commands that it has in hand");
  public static final Measure ATTEMPTS_RUNNING =
      ALL.gauge("relight.worker.attempts.running", "those that have begun");
  public static final Measure SLOTS =
      ALL.gauge("relight.worker.slots", "commands that it runs at once");
  public static final Measure PARTITIONS =
      ALL.gauge("relight.worker.partitions", "partitions of the commands that it reads");
  public static final Measure LEASE_HELD =
      ALL.gauge(
          "relight.worker.lease.held",
          "1 while the control planes hear this worker and it may begin work, else 0");
  public static final Measure LEASE_LOSSES =
      ALL.counter(
          "relight.worker.lease.losses",
          "how often it was not heard for so long that it began nothing more");
  public static final Measure SSH_COMMAND =
      ALL.timer(
          "relight.ssh.command",
          "a command on a host, behind the fence: `mode` is what the fence was asked for",
          "mode",
          "outcome");
  public static final Measure SSH_CONNECT =
      ALL.timer("relight.ssh.connect", "until a host has let the worker in", "outcome");
  public static final Measure SSH_CONNECTIONS =
      ALL.gauge("relight.ssh.connections", "connections to hosts that are kept");
  public static final Measure AGENT_REQUEST =
      ALL.timer("relight.agent.request", "a request to the HTTP API of an agent", "outcome");

  private Metric() {}
}

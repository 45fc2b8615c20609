package dev.relight.controlplane.messaging;

import dev.relight.model.Topics;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** The topics and how they are kept. */
@ConfigMapping(prefix = "relight.topics")
public interface MessagingConfig {
  /** Before every topic's name, with a dot between. */
  @WithDefault("relight")
  String prefix();

  /** The pools of workers; each has a topic of commands. */
  @WithDefault("default")
  List<String> pools();

  /** Partitions of each topic of commands; at least as many as a pool has workers. */
  @WithDefault("64")
  int commandPartitions();

  /** Partitions of the topics of reports and of events. */
  @WithDefault("16")
  int partitions();

  /** Copies of each partition, where this process makes the topic. */
  @WithDefault("1")
  short replicationFactor();

  /** {@code min.insync.replicas}, where this process makes the topic. */
  @WithDefault("1")
  int minInsyncReplicas();

  /** How long commands, reports and events are kept, where this process makes the topic. */
  @WithDefault("7d")
  Duration retention();

  /** The same of what could not be understood. */
  @WithDefault("30d")
  Duration deadLetterRetention();

  /** How long the start waits for the broker. */
  @WithDefault("60s")
  Duration startTimeout();

  /** The full name of a topic. */
  default String name(String topic) {
    return prefix() + "." + topic;
  }

  /** The topic of commands of a pool. */
  default String commands(String pool) {
    String topic = name(Topics.SUBTASK_COMMANDS);
    return pool.equals("default") ? topic : topic + "." + pool;
  }
}

package dev.relight.faults;

import java.util.List;
import java.util.Optional;

/** Disks without room, where this user may make small ones. */
final class DiskRows {
  /** Whether it was noticed that there is no room. */
  private interface Felt {
    boolean by(Stack stack) throws Exception;
  }

  static final List<Row> ALL =
      List.of(
          row(
              "kafka-disk-full",
              "the disk of one of three brokers is full, for 30 s",
              "that broker ends, the others lead its partitions",
              "kafka/broker-3",
              stack -> !stack.cluster().brokers().get(2).isAlive()),
          row(
              "postgres-disk-full",
              "the disk of PostgreSQL is full, for 30 s",
              "requests are answered 503, reports wait in Kafka",
              "postgres",
              stack -> stack.database().hasNoRoom()),
          row(
              "log-disk-full",
              "the disk with a worker's log is full, for 30 s",
              "nothing: the log has a gap",
              "worker-log",
              stack -> stack.disks().isFull("worker-log")));

  private DiskRows() {}

  private static Row row(String name, String what, String then, String disk, Felt felt) {
    return new Row(
        name,
        what,
        then,
        stack ->
            stack.disks().has(disk)
                ? Optional.empty()
                : Optional.of("only root can have a disk that is small"),
        scene -> {
          scene.stack().disks().fill(disk);
          scene.awaitFelt(() -> felt.by(scene.stack()));
          scene.pass(30, 4);
          scene.stack().disks().free();
          scene.now();
          scene.targetWellAgain(Scene.OUTAGE_FORGOTTEN);
        });
  }
}

package dev.relight.faults;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Several faults at random moments, some of them at once; the seed says which. */
final class Schedule {
  private static final int MOST_FAULTS = 6;
  private static final int FEWEST_FAULTS = 3;
  private static final double SECONDS = 40;
  private static final double LEAST_SECONDS = 8;

  /** A way to break something, and to mend it. */
  private interface Act {
    void on(Scene scene) throws Exception;
  }

  private record Fault(String name, Act breaks, Act mends) {}

  /** At a moment between 0 and 1. */
  private record Step(double at, String name, Act act) {}

  private Schedule() {}

  /** A row of the faults that the seed stands for. */
  static Row row(long seed) {
    List<Step> steps = steps(new Random(seed));
    String what =
        String.join(
            ", ", steps.stream().map(step -> "%.2f %s".formatted(step.at, step.name)).toList());
    return new Row("schedule-" + seed, what, "all is well again", scene -> play(scene, steps));
  }

  /** So many, the first from the seed and each next one from the next, in groups. */
  static List<List<Row>> groups(long seed, int count, int size) {
    return IntStream.iterate(0, first -> first < count, first -> first + size)
        .mapToObj(
            first ->
                IntStream.range(first, Math.min(first + size, count))
                    .mapToObj(number -> row(seed + number))
                    .toList())
        .toList();
  }

  private static void play(Scene scene, List<Step> steps) throws Exception {
    double millis = scene.duration(SECONDS, LEAST_SECONDS).toMillis();
    long start = System.currentTimeMillis();
    for (Step step : steps) {
      long at = start + (long) (millis * step.at);
      Thread.sleep(Math.max(0, at - System.currentTimeMillis()));
      step.act.on(scene);
    }
    scene.now();
  }

  private static List<Step> steps(Random random) {
    List<Step> steps = new ArrayList<>();
    int faults = FEWEST_FAULTS + random.nextInt(MOST_FAULTS - FEWEST_FAULTS + 1);
    for (int i = 0; i < faults; i++) {
      List<Fault> all = faults(random);
      Fault fault = all.get(random.nextInt(all.size()));
      double at = random.nextDouble();
      double until = at + random.nextDouble() * (1 - at);
      steps.add(new Step(at, fault.name, fault.breaks));
      steps.add(new Step(until, "mend " + fault.name, fault.mends));
    }
    steps.sort(Comparator.comparingDouble(Step::at));
    return steps;
  }

  private static List<Fault> faults(Random random) {
    int worker = random.nextInt(Stack.WORKERS);
    int controlPlane = random.nextInt(Stack.CONTROL_PLANES);
    int broker = random.nextInt(Cluster.BROKERS);
    int service = random.nextInt(Stack.WORKERS + Stack.CONTROL_PLANES);
    return List.of(
        killed("worker " + (worker + 1), scene -> scene.stack().workers().get(worker)),
        killed(
            "control plane " + (controlPlane + 1),
            scene -> scene.stack().controlPlanes().get(controlPlane)),
        killed("broker " + (broker + 1), scene -> scene.stack().cluster().brokers().get(broker)),
        suspended("service " + (service + 1), scene -> scene.stack().services().get(service)),
        new Fault(
            "PostgreSQL crashed",
            scene -> scene.stack().database().crash(),
            scene -> {
              if (!scene.stack().database().isAlive()) {
                scene.stack().database().start();
              }
            }),
        new Fault(
            "service " + (service + 1) + " without Kafka",
            scene -> linksToKafka(scene, service).forEach(Link::cut),
            scene -> linksToKafka(scene, service).forEach(Link::mend)),
        new Fault(
            "service " + (service + 1) + " hears nothing of Kafka",
            scene -> linksToKafka(scene, service).forEach(Link::silence),
            scene -> linksToKafka(scene, service).forEach(Link::mend)),
        new Fault(
            "control plane " + (controlPlane + 1) + " without PostgreSQL",
            scene -> scene.stack().database().links().get(controlPlane).cut(),
            scene -> scene.stack().database().links().get(controlPlane).mend()));
  }

  /** Which of the processes. */
  private interface Which {
    Node of(Scene scene);
  }

  private static Fault killed(String name, Which which) {
    return new Fault(
        name + " killed", scene -> which.of(scene).kill(), scene -> which.of(scene).start());
  }

  private static Fault suspended(String name, Which which) {
    return new Fault(
        name + " suspended",
        scene -> {
          if (which.of(scene).isAlive()) {
            which.of(scene).suspend();
          }
        },
        scene -> which.of(scene).resume());
  }

  private static List<Link> linksToKafka(Scene scene, int service) {
    return scene.stack().cluster().linksOf(scene.stack().services().get(service).name());
  }
}

package dev.relight.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Pieces of the network that are cut, half open, or slow. */
final class NetworkRows {
  private static final double SECONDS = 30;
  private static final double LEAST_SECONDS = 2;

  /** Longer than a lease. */
  private static final double LEAST_SECONDS_OF_WORKER = 4;

  /** After so long a control plane that does not reach PostgreSQL leaves its work to the other. */
  private static final Duration LEFT = Duration.ofSeconds(15);

  private static final Duration LONGEST_TASK = Duration.ofSeconds(5);
  private static final Duration SLOW = Duration.ofMillis(100);

  /** What happens to a piece of the network. */
  private record Trouble(String name, String what, boolean slow, Consumer<Link> happens) {}

  /** A piece of the network, as its links in this stack. */
  private record Piece(String name, String what, String then, boolean ofWorker, Where where) {}

  private interface Where {
    List<Link> links(Scene scene);
  }

  private static final List<Trouble> TROUBLES =
      List.of(
          new Trouble("cut", "is cut", false, Link::cut),
          new Trouble(
              "half-open",
              "forgets its connections, which both sides take for open",
              false,
              Link::forgetConnections),
          new Trouble("slow", "takes 0.1 s longer each way", true, link -> link.slow(SLOW)));

  private static final List<Piece> PIECES =
      List.of(
          new Piece(
              "worker-kafka",
              "a worker and Kafka",
              "it starts nothing without its lease; others take over what it had",
              true,
              scene -> toKafka(scene, scene.any(scene.stack().workers()))),
          new Piece(
              "control-plane-kafka",
              "a control plane and Kafka",
              "the other one goes on; nobody is taken over",
              false,
              scene -> toKafka(scene, scene.any(scene.stack().controlPlanes()))),
          new Piece(
              "control-plane-postgres",
              "a control plane and PostgreSQL",
              "the other one goes on, after ten seconds with all reports; what that one has read it keeps trying to store",
              false,
              scene -> List.of(scene.any(scene.stack().database().links()))));

  static final List<Row> ALL = all();

  private NetworkRows() {}

  private static List<Row> all() {
    List<Row> rows = new ArrayList<>();
    for (Piece piece : PIECES) {
      for (Trouble trouble : TROUBLES) {
        rows.add(
            new Row(
                piece.name + "-" + trouble.name,
                "the network between %s %s, for 30 s".formatted(piece.what, trouble.what),
                trouble.slow ? "all takes as much longer" : piece.then,
                scene -> play(scene, piece, trouble)));
      }
    }
    rows.add(
        new Row(
            "control-plane-postgres-gone",
            "a control plane does not reach PostgreSQL, for a minute",
            "after ten seconds it leaves the reports to the other one, which does all",
            NetworkRows::keepFromPostgres));
    return List.copyOf(rows);
  }

  private static void keepFromPostgres(Scene scene) throws Exception {
    scene.expectNoTakeovers();
    Link link = scene.any(scene.stack().database().links());
    long left = scene.now() + LEFT.toMillis();
    long before = hurt(List.of(link));
    link.cut();
    scene.pass(60, 20);
    scene.awaitFelt(() -> hurt(List.of(link)) > before);
    long mended = scene.now();
    link.mend();
    scene.target(
        "tasks meanwhile, longest", LONGEST_TASK, () -> scene.longestSmallTask(left, mended));
  }

  private static void play(Scene scene, Piece piece, Trouble trouble) throws Exception {
    // A worker that nobody hears of may well be taken for dead.
    if (!piece.ofWorker) {
      scene.expectNoTakeovers();
    }
    List<Link> links = piece.where.links(scene);
    long before = hurt(links);
    links.forEach(trouble.happens);
    scene.pass(SECONDS, piece.ofWorker ? LEAST_SECONDS_OF_WORKER : LEAST_SECONDS);
    scene.awaitFelt(() -> hurt(links) > before);
    links.forEach(Link::mend);
    scene.now();
  }

  static long hurt(List<Link> links) {
    return links.stream().mapToLong(Link::hurt).sum();
  }

  private static List<Link> toKafka(Scene scene, Node service) {
    return scene.stack().cluster().linksOf(service.name());
  }
}

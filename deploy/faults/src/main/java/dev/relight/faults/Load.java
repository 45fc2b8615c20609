package dev.relight.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** Users who restart the agents of overlapping sets of hosts, and now and then pause or cancel. */
final class Load implements AutoCloseable {
  private static final int USERS = 3;
  private static final int FEWEST_HOSTS = 2;
  private static final int MOST_HOSTS = 4;
  private static final int ONE_OF = 8;
  private static final long LOOK_MILLIS = 50;

  /** Else the hosts would be all that a small machine has time for, and nothing could recover. */
  private static final int LONGEST_PAUSE_MILLIS = 12_000;

  /** So that short outages meet as much. */
  private static final int SHORTER_PAUSE_MILLIS = 4_000;

  private static final String RESTART = "/compute/hosts/batchRestartAgents";

  /**
   * That nothing more may start of a task from one moment to another, in milliseconds since the
   * epoch.
   *
   * @param canceled whether agents may be brought back meanwhile
   */
  record Hold(long task, boolean canceled, long from, long to) {}

  private final Client client;
  private final Witness witness;
  private final List<Long> hosts;
  private final Accepted accepted;
  private final int longestPause;
  private final List<Hold> holds = new CopyOnWriteArrayList<>();
  private final List<Thread> users = new ArrayList<>();
  private volatile boolean ending;

  /**
   * Begins at once.
   *
   * @param scale of outages: users ask for more where these are short
   */
  Load(
      Client client,
      Witness witness,
      List<Long> hosts,
      Accepted accepted,
      Random random,
      double scale) {
    this.client = client;
    this.witness = witness;
    this.hosts = hosts;
    this.accepted = accepted;
    this.longestPause = scale < 1 ? SHORTER_PAUSE_MILLIS : LONGEST_PAUSE_MILLIS;
    for (int i = 0; i < USERS; i++) {
      long seed = random.nextLong();
      Thread user = new Thread(() -> run(new Random(seed)), "user-" + i);
      user.setDaemon(true);
      users.add(user);
      user.start();
    }
  }

  List<Hold> holds() {
    return List.copyOf(holds);
  }

  /** Asks for nothing more, and returns when everything was answered and nothing is paused. */
  @Override
  public void close() {
    ending = true;
    for (Thread user : users) {
      try {
        user.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run(Random random) {
    try {
      while (!ending) {
        List<Long> some = new ArrayList<>(hosts);
        Collections.shuffle(some, random);
        int count = FEWEST_HOSTS + random.nextInt(MOST_HOSTS - FEWEST_HOSTS + 1);
        String key = accepted.newKey();
        Client.Answer answer = client.post(RESTART, Map.of("hostIds", some.subList(0, count)), key);
        accepted.answered(key, answer);
        if (answer.status() == Client.OK) {
          follow(answer.data().path("id").asLong(), random);
          Thread.sleep(random.nextInt(longestPause));
        } else {
          Thread.sleep(LOOK_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow(long task, Random random) throws InterruptedException {
    int what = random.nextInt(ONE_OF);
    if (what <= 1) {
      Thread.sleep(random.nextInt(1_500));
      if (what == 0) {
        pause(task, 500 + random.nextInt(1_000));
      } else {
        cancel(task);
      }
    }
    while (!ending && !witness.task(task).map(TaskFile::hasEnded).orElse(false)) {
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private void pause(long task, long millis) throws InterruptedException {
    boolean paused =
        client.post("/tasks/instances/" + task + "/pause", null, null).status() == Client.OK;
    long from = System.currentTimeMillis();
    Thread.sleep(millis);
    if (paused) {
      holds.add(new Hold(task, false, from, System.currentTimeMillis()));
    }
    // In any case: what was refused may have been asked for twice, the first time with success.
    client.post("/tasks/instances/" + task + "/resume", null, null);
  }

  private void cancel(long task) throws InterruptedException {
    if (client.post("/tasks/instances/" + task + "/cancel", null, null).status() == Client.OK) {
      holds.add(new Hold(task, true, System.currentTimeMillis(), Long.MAX_VALUE));
    }
  }
}

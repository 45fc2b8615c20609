package dev.relight.helm;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks the same again and again meanwhile, and keeps what fails. */
final class Asker implements AutoCloseable {
  private static final int PAUSE_MILLIS = 50;

  private final List<Exception> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger answers = new AtomicInteger();
  private final Thread thread;
  private volatile boolean ended;

  /**
   * Begins.
   *
   * @param question fails where the answer is not what it should be
   */
  Asker(PlayedSystem.Step question) {
    thread = new Thread(() -> ask(question), "asker");
    thread.setDaemon(true);
    thread.start();
  }

  private void ask(PlayedSystem.Step question) {
    while (!ended) {
      try {
        question.perform();
        answers.incrementAndGet();
        Thread.sleep(PAUSE_MILLIS);
      } catch (Exception e) {
        failures.add(e);
      }
    }
  }

  int answers() {
    return answers.get();
  }

  List<Exception> failures() {
    return failures;
  }

  @Override
  public void close() {
    ended = true;
  }
}

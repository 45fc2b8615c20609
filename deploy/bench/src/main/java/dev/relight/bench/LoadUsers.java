package dev.relight.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Users who ask for much, each within his own share of requests; they go when all is done. */
final class LoadUsers implements AutoCloseable {
  private final Api admin;
  private final List<String> names = new ArrayList<>();
  private final List<Api> apis = new ArrayList<>();

  LoadUsers(Bench bench, int count) throws IOException, InterruptedException {
    admin = bench.api();
    String password = UUID.randomUUID().toString();
    for (int i = 0; i < count; i++) {
      String name = "bench-" + UUID.randomUUID();
      admin.addUser(name, password);
      names.add(name);
      apis.add(new Api(bench.target().url(), name, password));
    }
  }

  List<Api> apis() {
    return apis;
  }

  @Override
  public void close() throws IOException {
    try {
      for (String name : names) {
        admin.removeUser(name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

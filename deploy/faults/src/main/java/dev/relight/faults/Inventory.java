package dev.relight.faults;

import dev.relight.local.DemoHost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** The hosts as the control planes know them. */
final class Inventory {
  private static final int AT_ONCE = 4;

  private final Client client;
  private final String credential;
  private final Map<Long, DemoHost> byId = new HashMap<>();
  private final List<Long> real = new ArrayList<>();
  private final List<Long> idle = new ArrayList<>();
  private final List<Long> many = new ArrayList<>();

  Inventory(Client client, String credential) {
    this.client = client;
    this.credential = credential;
  }

  /** Those with an agent. */
  List<Long> real() {
    return real;
  }

  DemoHost host(long id) {
    return byId.get(id);
  }

  /** Those without, on which a task costs nothing. */
  List<Long> idle() {
    return idle;
  }

  void register(List<DemoHost> hosts) throws InterruptedException {
    for (DemoHost host : hosts) {
      long id =
          register(
              Map.of(
                  "name", host.name(),
                  "innerIpAddress", host.address(),
                  "sshPort", host.sshPort(),
                  "profile", "ocp-agent",
                  "agentHome", host.agentHome().toString(),
                  "credential", credential));
      byId.put(id, host);
      real.add(id);
    }
  }

  void registerIdle(int count) throws InterruptedException {
    idle.addAll(register("idle", count));
  }

  /** So many hosts without an agent, for tasks of many hosts. */
  List<Long> many(int count) throws InterruptedException {
    if (many.size() < count) {
      many.addAll(register("many-" + UUID.randomUUID(), count - many.size()));
    }
    return many.subList(0, count);
  }

  private List<Long> register(String prefix, int count) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<Long>> ids =
          threads.invokeAll(
              IntStream.range(0, count)
                  .mapToObj(number -> registration(prefix + "-" + number))
                  .toList());
      List<Long> all = new ArrayList<>();
      for (Future<Long> id : ids) {
        all.add(id.get());
      }
      return all;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private Callable<Long> registration(String name) {
    return () ->
        register(
            Map.of(
                "name", name,
                "innerIpAddress", name,
                "profile", "noop",
                "agentHome", "/opt/agent",
                "credential", "none"));
  }

  private long register(Map<String, ?> description) throws InterruptedException {
    Client.Answer answer = client.post("/compute/hosts", description, null);
    if (answer.status() != Client.OK) {
      throw new IllegalStateException("A host is not registered: " + answer.status());
    }
    return answer.data().path("id").asLong();
  }
}

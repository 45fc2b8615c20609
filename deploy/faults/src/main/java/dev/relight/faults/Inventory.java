package dev.relight.faults;

import dev.relight.local.DemoHost;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** The hosts as the control planes know them. */
final class Inventory {
  private static final int AT_ONCE = 4;

  private static final String MANY =
      """
      with h as (
        insert into host (name, inner_ip_address, profile, agent_home, credential)
        select u.id || '-' || n, u.id || '-' || n, 'noop', '/opt/agent', 'none'
        from (select gen_random_uuid() as id) u, generate_series(1, ?) n
        returning id)
      insert into agent (host_id) select id from h returning host_id
      """;

  private final Client client;
  private final Database database;
  private final String credential;
  private final Map<Long, DemoHost> byId = new HashMap<>();
  private final List<Long> real = new ArrayList<>();
  private final List<Long> idle = new ArrayList<>();
  private final List<Long> many = new ArrayList<>();

  Inventory(Client client, Database database, String credential) {
    this.client = client;
    this.database = database;
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

  /**
   * So many hosts without an agent, for tasks of many hosts; in PostgreSQL without a request each.
   */
  List<Long> many(int count) throws SQLException {
    if (many.size() < count) {
      try (Connection connection = database.connect();
          PreparedStatement statement = connection.prepareStatement(MANY)) {
        statement.setInt(1, count - many.size());
        ResultSet ids = statement.executeQuery();
        while (ids.next()) {
          many.add(ids.getLong(1));
        }
      }
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

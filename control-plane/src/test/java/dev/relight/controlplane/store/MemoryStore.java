package dev.relight.controlplane.store;

import dev.relight.controlplane.store.MemoryTables.Lease;
import dev.relight.controlplane.store.Observations.Seen;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Vetoed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The store of the engine without a database. What the other classes of the store do in SQL, their
 * counterparts here do in {@link MemoryTables}, one method for each statement; {@code
 * MemoryStoreIT} runs the engine on both and compares the tables after every step.
 */
public final class MemoryStore {
  private final MemoryTables tables;
  private final Json json;
  private final BooleanSupplier connected;

  /**
   * With the Json that tells how values become text; without a connection nothing is begun any
   * more.
   */
  public MemoryStore(MemoryTables tables, Json json, BooleanSupplier connected) {
    this.tables = tables;
    this.json = json;
    this.connected = connected;
  }

  /** Keeps the values themselves instead of their text: fast, and for one store only. */
  public static Json values() {
    return new Values();
  }

  public Json json() {
    return json;
  }

  /** The value of a text that was written. */
  public static <T> T read(Json json, String text, Class<T> type) {
    return json.read(text, type);
  }

  public Transactions transactions() {
    return new MemoryTransactions(tables, connected);
  }

  public Tasks tasks() {
    return new MemoryTasks(tables);
  }

  public Subtasks subtasks() {
    return new MemorySubtasks(tables);
  }

  public WholeTasks wholeTasks() {
    return new MemoryWholeTasks(tables);
  }

  public Dispatches dispatches() {
    return new MemoryDispatches(tables, json);
  }

  public Hosts hosts() {
    return new MemoryHosts(tables);
  }

  public Astray astray() {
    return new MemoryAstray(tables);
  }

  public Leases leases() {
    return new MemoryLeases(tables);
  }

  public Events events() {
    return new MemoryEvents(tables);
  }

  public Logs logs() {
    return new NoLogs();
  }

  public Observations observations() {
    return new NoObservations();
  }

  public AuditEvents audit() {
    return new NoAudit();
  }

  @Vetoed
  private static final class Values extends Json {
    private final List<Object> values = new ArrayList<>();

    private Values() {
      super(null);
    }

    @Override
    public String write(Object value) {
      if (value == null) {
        return null;
      }
      values.add(value);
      return Integer.toString(values.size() - 1);
    }

    @Override
    <T> T read(String text, Class<T> type) {
      return text == null ? null : type.cast(values.get(Integer.parseInt(text)));
    }
  }

  @Vetoed
  private static final class MemoryTransactions extends Transactions {
    private final MemoryTables tables;
    private final BooleanSupplier connected;
    private final Tx tx =
        new Tx(null, null) {
          @Override
          public Uni<Void> commit() {
            return Uni.createFrom().voidItem();
          }
        };

    private MemoryTransactions(MemoryTables tables, BooleanSupplier connected) {
      super(null, null);
      this.tables = tables;
      this.connected = connected;
    }

    @Override
    public <T> Uni<T> run(Function<Tx, Uni<T>> work) {
      return Uni.createFrom()
          .deferred(
              () -> {
                if (!connected.getAsBoolean()) {
                  return Uni.createFrom().failure(new CancellationException());
                }
                tables.begin();
                return work.apply(tx).invoke(tables::commit).onFailure().invoke(tables::rollBack);
              });
    }
  }

  @Vetoed
  private static final class MemoryLeases extends Leases {
    private final MemoryTables tables;

    private MemoryLeases(MemoryTables tables) {
      this.tables = tables;
    }

    @Override
    public Uni<Integer> renew(Tx tx, Map<String, String> poolOf, Duration lease) {
      return Uni.createFrom()
          .item(
              () -> {
                long until = tables.millis() + lease.toMillis();
                poolOf.keySet().forEach(worker -> tables.leases.put(worker, until));
                return poolOf.size();
              });
    }

    @Override
    public Uni<Boolean> renew(
        Tx tx, String controlPlane, Duration lease, int partitions, int ofPartitions) {
      return Uni.createFrom()
          .item(
              () -> {
                Lease before = tables.controlPlanes.get(controlPlane);
                if (before != null && before.until() < tables.millis()) {
                  return false;
                }
                long until = tables.millis() + lease.toMillis();
                tables.controlPlanes.put(controlPlane, new Lease(until, partitions, ofPartitions));
                return true;
              });
    }
  }

  @Vetoed
  private static final class MemoryEvents extends Events {
    private final MemoryTables tables;

    private MemoryEvents(MemoryTables tables) {
      super(null);
      this.tables = tables;
    }

    @Override
    public Uni<Integer> append(Tx tx, List<Entry> entries) {
      return Uni.createFrom()
          .item(
              () -> {
                boolean lost = tables.has(Fault.AN_EVENT_IS_LOST) && entries.size() > 1;
                tables.events().addAll(lost ? entries.subList(1, entries.size()) : entries);
                return entries.size();
              });
    }
  }

  @Vetoed
  private static final class NoLogs extends Logs {
    private NoLogs() {
      super(null, null);
    }

    @Override
    public Uni<Integer> append(Tx tx, List<Lines> lines) {
      return Uni.createFrom().item(0);
    }
  }

  @Vetoed
  private static final class NoObservations extends Observations {
    @Override
    public Uni<Void> record(Tx tx, Collection<Seen> observations) {
      return Uni.createFrom().voidItem();
    }
  }

  @Vetoed
  private static final class NoAudit extends AuditEvents {
    private NoAudit() {
      super(null);
    }

    @Override
    public Uni<Integer> append(Tx tx, List<Entry> entries) {
      return Uni.createFrom().item(0);
    }
  }
}

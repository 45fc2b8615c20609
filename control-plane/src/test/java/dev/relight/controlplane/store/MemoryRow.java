package dev.relight.controlplane.store;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A row of a table in memory, as the PostgreSQL client would give it. */
final class MemoryRow implements Row {
  private final Map<String, Integer> positions;
  private final Object[] values;

  MemoryRow(Map<String, Integer> positions, Object... values) {
    this.positions = positions;
    this.values = values;
  }

  /** The positions of columns that are named in this order. */
  static Map<String, Integer> columns(String... names) {
    return IntStream.range(0, names.length)
        .boxed()
        .collect(Collectors.toMap(position -> names[position], position -> position));
  }

  @Override
  public String getColumnName(int position) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int getColumnIndex(String column) {
    return positions.getOrDefault(column, -1);
  }

  @Override
  public Object getValue(int position) {
    return values[position];
  }

  @Override
  public Tuple addValue(Object value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int size() {
    return values.length;
  }

  @Override
  public void clear() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Class<?>> types() {
    throw new UnsupportedOperationException();
  }
}

package dev.relight.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plays rows on one system, in rounds; reads along from the first one to the last. */
final class Trial implements AutoCloseable {
  private final Stack stack;
  private final Witness witness;
  private final Map<Long, HostRecord> records = new LinkedHashMap<>();
  private final double scale;

  Trial(Stack stack, double scale) throws Exception {
    this.stack = stack;
    this.scale = scale;
    witness = new Witness(stack.cluster().direct());
    for (long id : stack.inventory().real()) {
      records.put(id, new HostRecord(stack.inventory().host(id)));
    }
    if (scale >= 1) {
      warmUp();
    }
  }

  /** What is usual before the first row is what services take that have been at work. */
  private void warmUp() throws IOException, InterruptedException {
    List<String> complaints = begin(0).end();
    if (!complaints.isEmpty()) {
      throw new IllegalStateException("Broken before anybody broke anything: " + complaints);
    }
  }

  /** What rows are broken by depends on the seed and their names alone. */
  Round begin(long seed) throws IOException, InterruptedException {
    return new Round(stack, witness, records, seed, scale);
  }

  /** Plays rows in one round; what does not hold behind them is with the last one. */
  List<Verdict> play(List<Row> asked, long seed) throws IOException, InterruptedException {
    List<Verdict> verdicts = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    for (Row row : asked) {
      row.needs()
          .missing(stack)
          .ifPresentOrElse(why -> verdicts.add(Verdict.leftOut(row, why)), () -> rows.add(row));
    }
    if (rows.isEmpty()) {
      return verdicts;
    }
    Round round = begin(seed);
    for (Row row : rows) {
      round.play(row);
    }
    List<String> common = round.end();
    for (Row row : rows) {
      boolean isLast = row == rows.get(rows.size() - 1);
      verdicts.add(isLast ? round.verdict(row).and(common) : round.verdict(row));
    }
    return verdicts;
  }

  @Override
  public void close() {
    witness.close();
  }
}

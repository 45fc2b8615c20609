package dev.relight.controlplane.simulation;

import dev.relight.model.SubtaskCommand;
import java.util.ArrayList;
import java.util.List;

/** A partition of the commands, read by one worker at a time. */
final class Partition {
  private static final class Entry {
    private final SubtaskCommand command;
    private boolean acknowledged;

    private Entry(SubtaskCommand command) {
      this.command = command;
    }
  }

  /** A command in the hands of the worker that reads the partition. */
  final class Delivery {
    private final Entry entry;
    private final SimulatedWorker reader;
    private final boolean wasThereBefore;

    private Delivery(Entry entry, SimulatedWorker reader, boolean wasThereBefore) {
      this.entry = entry;
      this.reader = reader;
      this.wasThereBefore = wasThereBefore;
    }

    SubtaskCommand command() {
      return entry.command;
    }

    int partition() {
      return number;
    }

    /** Before the partition was given to who reads it. */
    boolean wasThereBefore() {
      return wasThereBefore;
    }

    /** Counts only from whoever reads the partition now. */
    void acknowledge() {
      entry.acknowledged |= reader == owner;
    }
  }

  private final World world;
  private final int number;
  private final List<Entry> entries = new ArrayList<>();
  private SimulatedWorker owner;

  Partition(World world, int number) {
    this.world = world;
    this.number = number;
  }

  int number() {
    return number;
  }

  SimulatedWorker owner() {
    return owner;
  }

  void append(SubtaskCommand command) {
    Entry entry = new Entry(command);
    entries.add(entry);
    deliver(entry, false);
  }

  /** What its former reader has not acknowledged is delivered again, and some of the rest. */
  void give(SimulatedWorker reader) {
    owner = reader;
    for (Entry entry : List.copyOf(entries)) {
      if (!entry.acknowledged || world.chance().oneIn(4)) {
        deliver(entry, true);
      }
    }
  }

  private void deliver(Entry entry, boolean wasThereBefore) {
    if (owner != null) {
      SimulatedWorker reader = owner;
      Delivery delivery = new Delivery(entry, reader, wasThereBefore);
      world.broker().toWorker(reader, () -> reader.take(delivery));
    }
  }
}

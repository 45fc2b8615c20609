package dev.relight.controlplane.live;

import dev.relight.controlplane.store.EventLog.Event;
import dev.relight.controlplane.store.EventPlace;
import dev.relight.controlplane.task.Refusal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a stream, behind one of its events; what clients send back as {@code Last-Event-ID}.
 *
 * @param tx the event's transaction; {@value #NONE} in the stream of one task
 * @param number the event's row; its version in the stream of one task
 */
record Place(long tx, long number) {
  static final String HEADER = "Last-Event-ID";
  private static final long NONE = -1;

  private static final Pattern OF_TASK = Pattern.compile("[0-9]{1,18}");
  private static final Pattern OF_ALL = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");

  static Place of(Subject subject, Event event) {
    return subject.isOneTask() ? ofTask(event.version()) : of(event.place());
  }

  static Place ofTask(long version) {
    return new Place(NONE, version);
  }

  static Place of(EventPlace place) {
    return new Place(place.tx(), place.row());
  }

  /** What a client sent; a {@link Refusal} where it is no such id. */
  static Place parse(Subject subject, String id) {
    Matcher all = OF_ALL.matcher(id);
    if (subject.isOneTask() && OF_TASK.matcher(id).matches()) {
      return ofTask(Long.parseLong(id));
    }
    if (!subject.isOneTask() && all.matches()) {
      return new Place(Long.parseLong(all.group(1)), Long.parseLong(all.group(2)));
    }
    throw Refusal.malformed(
        HEADER,
        id,
        subject.isOneTask()
            ? "must be an id of this stream, such as 42"
            : "must be an id of this stream, such as 4711-42");
  }

  EventPlace amongAll() {
    return new EventPlace(tx, number);
  }

  boolean isBefore(Place other) {
    return amongAll().compareTo(other.amongAll()) < 0;
  }

  @Override
  public String toString() {
    return tx == NONE ? String.valueOf(number) : tx + "-" + number;
  }
}

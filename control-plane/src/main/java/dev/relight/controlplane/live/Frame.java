package dev.relight.controlplane.live;

import dev.relight.controlplane.store.EventLog.Event;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Some events, one behind the other, as they are sent. All viewers of a subject are given the same
 * bytes.
 *
 * @param last the place behind them
 */
record Frame(Buffer text, Place last) {
  /** As many events are in one frame at most. */
  static final int MOST = 500;

  private static final Buffer BEAT = Buffer.buffer(":\n\n");

  static List<Frame> of(Subject subject, List<Event> events) {
    List<Frame> frames = new ArrayList<>();
    for (int from = 0; from < events.size(); from += MOST) {
      frames.add(one(subject, events.subList(from, Math.min(from + MOST, events.size()))));
    }
    return frames;
  }

  /** How a stream begins: from where it can be resumed, and how soon. */
  static Buffer opening(Place place) {
    return Buffer.buffer("retry: 1000\nid: " + place + "\n\n");
  }

  /** A sign of life. */
  static Buffer beat() {
    return BEAT;
  }

  /** A sign of life that moves the viewer on. */
  static Buffer beat(Place place) {
    return Buffer.buffer(":\nid: " + place + "\n\n");
  }

  /** The last word on a task in which nothing can move any more. */
  static Buffer end(long taskId, Object status) {
    return Buffer.buffer(
        "event: end\ndata: {\"taskId\":%d,\"status\":\"%s\"}\n\n".formatted(taskId, status));
  }

  /** Each event is as on its topic, with its version before all else. */
  private static Frame one(Subject subject, List<Event> events) {
    Place last = Place.of(subject, events.get(events.size() - 1));
    StringBuilder text = new StringBuilder(events.size() * 300);
    text.append("id: ").append(last).append("\ndata: ");
    char before = '[';
    for (Event event : events) {
      text.append(before).append("{\"version\":").append(event.version()).append(',');
      text.append(event.data(), 1, event.data().length());
      before = ',';
    }
    return new Frame(Buffer.buffer(text.append("]\n\n").toString()), last);
  }
}

package dev.relight.controlplane.live;

import dev.relight.controlplane.store.EventLog.Event;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** One open stream: what it is about, how far it has come, and where what comes is given to. */
final class Viewer {
  private final Subject subject;
  private final Spectator spectator;
  private volatile Place place;
  private volatile boolean ended;
  private MultiEmitter<? super Buffer> emitter;

  Viewer(Subject subject, Spectator spectator, Place place) {
    this.subject = subject;
    this.spectator = spectator;
    this.place = place;
  }

  Subject subject() {
    return subject;
  }

  Spectator spectator() {
    return spectator;
  }

  Place place() {
    return place;
  }

  boolean isEnded() {
    return ended;
  }

  /** From now on it is told what comes; what it has no room for ends it with a failure. */
  synchronized void listen(MultiEmitter<? super Buffer> live) {
    emitter = live;
    if (ended) {
      live.complete();
    }
  }

  /** Whether all of the events are new to it, so that it can be given a frame of all of them. */
  boolean hasNoneOf(List<Event> events) {
    return place.isBefore(Place.of(subject, events.get(0)));
  }

  boolean hasNot(Event event) {
    return place.isBefore(Place.of(subject, event));
  }

  /** Says something and moves on; {@code place} is behind all that was said. */
  synchronized void tell(Buffer text, Place behind) {
    place = behind;
    tell(text);
  }

  synchronized void tell(Buffer text) {
    if (emitter != null && !ended) {
      emitter.emit(text);
    }
  }

  /** Moves on without a word of it, where its caller hands on what there is to say. */
  void moveTo(Place behind) {
    place = behind;
  }

  /** In good order; it can be resumed. */
  synchronized void end() {
    if (!ended && emitter != null) {
      emitter.complete();
    }
    ended = true;
  }
}

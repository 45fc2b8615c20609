package dev.relight.controlplane.live;

import dev.relight.controlplane.metrics.Metric;
import dev.relight.controlplane.store.EventLog;
import dev.relight.controlplane.store.EventLog.Event;
import dev.relight.controlplane.store.EventLog.TaskExtent;
import dev.relight.controlplane.task.Refusal;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams of events that are open here. Each has every event once, also over any number of
 * interruptions and control planes; a viewer that is too slow for it is dropped, and may resume.
 */
@ApplicationScoped
public class LiveEvents {
  private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

  private final EventLog log;
  private final Tail tail;
  private final LiveConfig config;
  private final Set<Viewer> open = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  private record Page(List<Buffer> texts, boolean more) {}

  LiveEvents(EventLog log, Tail tail, LiveConfig config) {
    this.log = log;
    this.tail = tail;
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    Metric.LIVE_STREAMS.show(open::size);
  }

  /** As long as the connections are still there. */
  void stop(@Observes ShutdownDelayInitiatedEvent event) {
    stop();
  }

  void stop(@Observes ShutdownEvent event) {
    stop();
  }

  /** All streams end at once, in good order; their viewers go on elsewhere. */
  private void stop() {
    stopping = true;
    tail.stop();
    open.forEach(Viewer::end);
  }

  /**
   * The events of a task behind the one with this id; without an id from the first that is kept.
   * The stream ends when nothing can move any more; nothing where the viewer knows that already. A
   * {@link Refusal} where it cannot be resumed, or there are too many.
   */
  public Uni<Optional<Multi<Buffer>>> ofTask(long taskId, String lastId, Spectator spectator) {
    Subject subject = Subject.task(taskId);
    Place last = lastId == null ? null : Place.parse(subject, lastId);
    return log.extent(taskId)
        .map(found -> found.orElseThrow(() -> Refusal.noTask("taskId")))
        .map(
            extent -> {
              if (last != null && last.number() == extent.newest() && extent.status().hasEnded()) {
                return Optional.empty();
              }
              refuseTooMany();
              return Optional.of(stream(new Viewer(subject, spectator, start(last, extent))));
            });
  }

  /**
   * The events of all tasks, or of those that the user has asked for, behind the one with this id;
   * without an id those that come. It has no end of its own.
   *
   * @param creatorId the user, null for all
   */
  public Uni<Multi<Buffer>> ofAll(Long creatorId, String lastId, Spectator spectator) {
    Subject subject = creatorId == null ? Subject.ALL : Subject.tasksOf(creatorId);
    Place last = lastId == null ? null : Place.parse(subject, lastId);
    return log.extent()
        .map(extent -> last == null ? Place.of(extent.now()) : checked(last, extent))
        .invoke(this::refuseTooMany)
        .map(from -> stream(new Viewer(subject, spectator, from)));
  }

  /** Those that are open. */
  Set<Viewer> open() {
    return open;
  }

  private void refuseTooMany() {
    if (stopping || open.size() >= config.maxStreams()) {
      throw Refusal.unavailable(
          stopping
              ? "This control plane is stopping."
              : "There are %d live streams open here; no more can be.".formatted(open.size()),
          TRY_AGAIN);
    }
  }

  private Place start(Place last, TaskExtent extent) {
    long newest = extent.newest();
    long beforeOldest = extent.oldest() == null ? newest : extent.oldest() - 1;
    if (last == null) {
      return Place.ofTask(beforeOldest);
    }
    if (last.number() > newest) {
      throw Refusal.malformed(
          Place.HEADER, last.toString(), "is not of this task, whose newest event is " + newest);
    }
    if (last.number() < beforeOldest) {
      throw forgotten(last);
    }
    return last;
  }

  private Place checked(Place last, EventLog.Extent extent) {
    if (last.tx() >= extent.ahead()) {
      throw Refusal.malformed(Place.HEADER, last.toString(), "is of no event that was sent here");
    }
    if (last.isBefore(Place.of(extent.forgotten()))) {
      throw forgotten(last);
    }
    return last;
  }

  private Refusal forgotten(Place last) {
    return Refusal.of(
        Refusal.Reason.FORGOTTEN,
        "What came behind the event %s is not kept any more; read the tasks as they are, and begin"
                .formatted(last)
            + " without "
            + Place.HEADER
            + ".",
        last);
  }

  private Multi<Buffer> stream(Viewer viewer) {
    Multi<Buffer> opening =
        Multi.createFrom()
            .item(() -> Frame.opening(viewer.place()))
            .onSubscription()
            .invoke(() -> enter(viewer));
    return Multi.createBy()
        .concatenating()
        .streams(opening, replay(viewer), live(viewer))
        .onTermination()
        .invoke(
            () -> {
              open.remove(viewer);
              tail.leave(viewer);
            });
  }

  private void enter(Viewer viewer) {
    refuseTooMany();
    open.add(viewer);
  }

  /** What there is already, read as fast as the viewer takes it. */
  private Multi<Buffer> replay(Viewer viewer) {
    return Multi.createBy()
        .repeating()
        .uni(() -> tail.next(viewer).map(events -> page(viewer, events)))
        .whilst(page -> page.more() && !viewer.isEnded())
        .onItem()
        .transformToIterable(Page::texts);
  }

  private static Page page(Viewer viewer, List<Event> events) {
    Subject subject = viewer.subject();
    if (!events.isEmpty()) {
      viewer.moveTo(Place.of(subject, events.get(events.size() - 1)));
    }
    List<Event> wanted = events.stream().filter(subject::includes).toList();
    return new Page(
        Frame.of(subject, wanted).stream().map(Frame::text).toList(), events.size() == Frame.MOST);
  }

  private Multi<Buffer> live(Viewer viewer) {
    return Multi.createFrom()
        .emitter(
            emitter -> {
              viewer.listen(emitter);
              tail.join(viewer);
            },
            config.maxWaiting());
  }
}

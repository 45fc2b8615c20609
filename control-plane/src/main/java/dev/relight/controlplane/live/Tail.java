package dev.relight.controlplane.live;

import dev.relight.controlplane.engine.Rounds;
import dev.relight.controlplane.store.EventLog;
import dev.relight.controlplane.store.EventLog.Event;
import dev.relight.model.TaskStatus;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * Reads what comes and tells it to the viewers that have read all before it. One read serves all
 * viewers; without viewers nothing is read.
 */
@ApplicationScoped
class Tail {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int BATCH = 2000;

  private final EventLog log;
  private final Queue<Viewer> joining = new ConcurrentLinkedQueue<>();
  private final Set<Viewer> viewers = ConcurrentHashMap.newKeySet();

  /** By the task: up to which version its viewers have been told. Of one round at a time. */
  private final Map<Long, Long> versions = new ConcurrentHashMap<>();

  /** Up to where viewers of more than one task have been told, null without any. */
  private volatile Place place;

  private Cancellable rounds;

  Tail(EventLog log) {
    this.log = log;
  }

  void start(@Observes StartupEvent event) {
    rounds = Rounds.every(LOOK, "tell what comes", this::round);
  }

  void stop() {
    rounds.cancel();
  }

  /** The viewer is told all that comes behind its place. */
  void join(Viewer viewer) {
    joining.add(viewer);
  }

  void leave(Viewer viewer) {
    viewer.end();
    joining.remove(viewer);
    viewers.remove(viewer);
  }

  /** A sign of life to those who are told what comes. */
  void beat() {
    for (Viewer viewer : viewers) {
      viewer.tell(viewer.subject().isOneTask() ? Frame.beat() : Frame.beat(viewer.place()));
    }
  }

  Uni<Void> round() {
    forgetWhatNobodyFollows();
    return admit().chain(this::tellOfTasks).chain(this::tellOfAll);
  }

  private void forgetWhatNobodyFollows() {
    Set<Subject> followed = viewers.stream().map(Viewer::subject).collect(Collectors.toSet());
    versions.keySet().removeIf(task -> !followed.contains(Subject.task(task)));
    if (followed.stream().allMatch(Subject::isOneTask)) {
      place = null;
    }
  }

  private Uni<Void> admit() {
    List<Uni<Void>> admissions = new ArrayList<>();
    for (Viewer viewer = joining.poll(); viewer != null; viewer = joining.poll()) {
      Viewer next = viewer;
      admissions.add(
          catchUp(next).onFailure().invoke(failure -> next.end()).onFailure().recoverWithNull());
    }
    return admissions.isEmpty()
        ? Uni.createFrom().voidItem()
        : Uni.join().all(admissions).andFailFast().replaceWithVoid();
  }

  /**
   * What came since the viewer read last; as it is read now, it is behind what others were told.
   */
  private Uni<Void> catchUp(Viewer viewer) {
    return next(viewer)
        .chain(
            events -> {
              tell(viewer, events, new HashMap<>());
              return events.size() < Frame.MOST ? admit(viewer) : catchUp(viewer);
            });
  }

  private Uni<Void> admit(Viewer viewer) {
    if (!viewer.subject().isOneTask()) {
      place = place == null || viewer.place().isBefore(place) ? viewer.place() : place;
      follow(viewer);
      return Uni.createFrom().voidItem();
    }
    long task = viewer.subject().taskId();
    return log.extent(task)
        .invoke(
            extent -> {
              if (extent.isEmpty()) {
                viewer.end();
              } else if (extent.get().newest() == viewer.place().number()
                  && extent.get().status().hasEnded()) {
                end(viewer, extent.get().status());
              } else {
                versions.merge(task, viewer.place().number(), Math::min);
                follow(viewer);
              }
            })
        .replaceWithVoid();
  }

  private void follow(Viewer viewer) {
    viewers.add(viewer);
    if (viewer.isEnded()) {
      viewers.remove(viewer);
    }
  }

  /** The next events behind the viewer's place. */
  Uni<List<Event>> next(Viewer viewer) {
    Subject subject = viewer.subject();
    return subject.isOneTask()
        ? log.after(Map.of(subject.taskId(), viewer.place().number()), Frame.MOST)
        : log.after(viewer.place().amongAll(), Frame.MOST);
  }

  private Uni<Void> tellOfTasks() {
    if (versions.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return log.after(Map.copyOf(versions), BATCH)
        .chain(
            events -> {
              Map<Long, List<Event>> byTask =
                  events.stream().collect(Collectors.groupingBy(Event::taskId));
              Map<Subject, List<Frame>> frames = new HashMap<>();
              for (Viewer viewer : viewers) {
                Long task = viewer.subject().taskId();
                if (byTask.containsKey(task)) {
                  tell(viewer, byTask.get(task), frames);
                }
              }
              byTask.forEach(
                  (task, told) -> versions.put(task, told.get(told.size() - 1).version()));
              return byTask.values().stream().anyMatch(told -> told.size() == BATCH)
                  ? tellOfTasks()
                  : Uni.createFrom().voidItem();
            });
  }

  private Uni<Void> tellOfAll() {
    if (place == null) {
      return Uni.createFrom().voidItem();
    }
    return log.after(place.amongAll(), BATCH)
        .chain(
            events -> {
              if (events.isEmpty()) {
                return Uni.createFrom().voidItem();
              }
              Map<Subject, List<Frame>> frames = new HashMap<>();
              for (Viewer viewer : viewers) {
                if (!viewer.subject().isOneTask()) {
                  tell(viewer, events, frames);
                }
              }
              place = Place.of(events.get(events.size() - 1).place());
              return events.size() == BATCH ? tellOfAll() : Uni.createFrom().voidItem();
            });
  }

  /** Tells what the viewer has not got yet, in frames that are made once for all alike. */
  private static void tell(Viewer viewer, List<Event> events, Map<Subject, List<Frame>> made) {
    if (events.isEmpty()) {
      return;
    }
    Subject subject = viewer.subject();
    List<Frame> frames =
        viewer.hasNoneOf(events)
            ? made.computeIfAbsent(subject, same -> frames(same, events))
            : frames(subject, events.stream().filter(viewer::hasNot).toList());
    frames.forEach(frame -> viewer.tell(frame.text(), frame.last()));
    Event last = events.get(events.size() - 1);
    if (viewer.hasNot(last)) {
      viewer.moveTo(Place.of(subject, last));
    }
    if (subject.isOneTask() && !frames.isEmpty() && last.endsTask()) {
      end(viewer, last.taskStatus());
    }
  }

  private static List<Frame> frames(Subject subject, List<Event> events) {
    return Frame.of(subject, events.stream().filter(subject::includes).toList());
  }

  private static void end(Viewer viewer, TaskStatus status) {
    viewer.tell(Frame.end(viewer.subject().taskId(), status));
    viewer.end();
  }
}

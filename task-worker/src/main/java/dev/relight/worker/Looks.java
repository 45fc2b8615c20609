package dev.relight.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.relight.model.AgentState;
import dev.relight.model.HostLook;
import dev.relight.model.HostSighting;
import dev.relight.model.SubtaskCommand;
import dev.relight.model.SubtaskKind;
import dev.relight.worker.agent.OperationFailed;
import dev.relight.worker.agent.OperationLog;
import dev.relight.worker.agent.Profiles;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

/**
 * Looks at hosts beside all tasks, a few at a time, and tells what it saw. It takes no slot and no
 * fence, so it is in nobody's way; what gets lost here is asked for again.
 */
@Singleton
class Looks {
  private static final Logger LOG = Logger.getLogger(Looks.class);

  /** Connecting, logging in and asking, each within its own limit. */
  private static final Duration LIMIT = Duration.ofSeconds(45);

  private final MutinyEmitter<Record<String, byte[]>> emitter;
  private final ObjectWriter json;
  private final WorkerId worker;
  private final Profiles profiles;
  private final int places;
  private final Queue<HostLook> waiting = new ArrayDeque<>();
  private int running;

  Looks(
      @Channel("sightings") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<Record<String, byte[]>> emitter,
      ObjectMapper mapper,
      WorkerId worker,
      Profiles profiles,
      RefreshConfig config) {
    this.emitter = emitter;
    this.json = mapper.writerFor(HostSighting.class);
    this.worker = worker;
    this.profiles = profiles;
    this.places = config.concurrency();
  }

  /** Begins as soon as there is room; more control planes may have asked than there is room for. */
  void take(List<HostLook> looks) {
    synchronized (this) {
      waiting.addAll(looks);
    }
    looks.forEach(look -> next());
  }

  /** How many more there is room for now. */
  synchronized int free() {
    return Math.max(0, places - running - waiting.size());
  }

  private void next() {
    HostLook look;
    synchronized (this) {
      if (running >= places || waiting.isEmpty()) {
        return;
      }
      look = waiting.remove();
      running++;
    }
    see(look)
        .onFailure()
        .invoke(failure -> LOG.debugf("No sighting of host %d: %s", look.host().id(), failure))
        .onFailure()
        .recoverWithNull()
        .onTermination()
        .invoke(this::leave)
        .subscribe()
        .with(sent -> next());
  }

  private synchronized void leave() {
    running--;
  }

  private Uni<Void> see(HostLook look) {
    return Uni.createFrom()
        .deferred(() -> look(look))
        .ifNoItem()
        .after(LIMIT)
        .failWith(() -> new OperationFailed("The host did not answer"))
        .map(state -> sighting(look, state, null))
        .onFailure()
        .recoverWithItem(failure -> sighting(look, null, failure.getMessage()))
        .chain(this::send);
  }

  // As when somebody asks for it, but for nobody's subtask; nothing of it is left on the host.
  private Uni<AgentState> look(HostLook look) {
    SubtaskCommand command =
        new SubtaskCommand(
            "look",
            0,
            0,
            1,
            0,
            SubtaskKind.REFRESH,
            false,
            look.host(),
            null,
            null,
            LIMIT.toMillis(),
            null);
    OperationLog unread = new OperationLog(Clock.systemUTC(), 1, 1);
    return profiles.named(look.host().profile()).perform(command, unread);
  }

  private HostSighting sighting(HostLook look, AgentState state, String message) {
    return new HostSighting(worker.toString(), look.host().id(), look.asked(), state, message);
  }

  private Uni<Void> send(HostSighting sighting) {
    try {
      byte[] value = json.writeValueAsBytes(sighting);
      return emitter.send(Record.of(Long.toString(sighting.hostId()), value));
    } catch (JsonProcessingException e) {
      return Uni.createFrom().failure(e);
    }
  }
}

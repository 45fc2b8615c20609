package dev.relight.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;

class CommandConsumerTest {
  private record Config(String pool, int slots, Duration heartbeatInterval, Duration drainTimeout)
      implements WorkerConfig {}

  private final List<String> putAside = new ArrayList<>();
  private long requested;
  private final CommandConsumer consumer =
      new CommandConsumer(
          null,
          new ObjectMapper().findAndRegisterModules(),
          new Config("default", 1, Duration.ofSeconds(1), Duration.ofSeconds(1)));

  /** Whatever else were thrown would end the reading of commands for good. */
  @Test
  void putsNonsenseAsideAndAsksForMore() {
    consumer.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long count) {
            requested += count;
          }

          @Override
          public void cancel() {
            throw new AssertionError("commands are read for ever");
          }
        });
    List<String> nonsense = List.of("", "no JSON", "null", "[]", "1", "{}", "{\"kind\":\"NEVER\"}");
    nonsense.forEach(text -> consumer.onNext(message(text)));

    assertThat(putAside).containsExactlyElementsOf(nonsense);
    assertThat(requested).isEqualTo(1 + nonsense.size());
  }

  private Message<byte[]> message(String text) {
    return Message.of(
        text.getBytes(UTF_8),
        () -> CompletableFuture.failedFuture(new AssertionError("it is no command")),
        reason -> {
          putAside.add(text);
          return CompletableFuture.completedFuture(null);
        });
  }
}

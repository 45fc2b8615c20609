package dev.relight.controlplane.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

@QuarkusTest
class UsedSignaturesIT {
  private static final String MINE = "used-signatures-it";

  @Inject Clock clock;
  @Inject Pool pool;

  @Test
  void ofTwoControlPlanesOneTakesASignature() throws Throwable {
    Signature signature = random();
    Instant soon = clock.instant().plusSeconds(60);

    assertThat(use(new UsedSignatures(clock), signature, soon)).isTrue();
    assertThat(use(new UsedSignatures(clock), signature, soon)).isFalse();
    assertThat(use(new UsedSignatures(clock), random(), soon)).isTrue();
  }

  @Test
  void forgetsWhatIsTooOldToBeTakenAgain() throws Throwable {
    UsedSignatures controlPlane = new UsedSignatures(clock);
    use(controlPlane, random(), clock.instant().plusSeconds(60));
    long before = count();
    use(controlPlane, random(), clock.instant().minusSeconds(60));
    assertThat(count()).as("it forgets now and then only").isEqualTo(before + 1);

    use(new UsedSignatures(clock), random(), clock.instant().plusSeconds(60));
    assertThat(count()).isEqualTo(before + 1);
  }

  private static boolean use(UsedSignatures used, Signature signature, Instant until)
      throws Throwable {
    return VertxContextSupport.subscribeAndAwait(() -> used.use(signature, until));
  }

  private long count() {
    return pool.query("select count(*) from used_signature where access_key = '" + MINE + "'")
        .execute()
        .toCompletionStage()
        .toCompletableFuture()
        .join()
        .iterator()
        .next()
        .getLong(0);
  }

  private static Signature random() {
    byte[] value = new byte[20];
    ThreadLocalRandom.current().nextBytes(value);
    return new Signature(MINE, value);
  }
}

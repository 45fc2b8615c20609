package dev.relight.controlplane.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relight.controlplane.security.MasterKeys.Sealed;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RenewSecretsIT {
  @Inject RenewSecrets renewSecrets;
  @Inject MasterKeys masterKeys;
  @Inject Pool pool;

  @ConfigProperty(name = "relight.security.master-keys")
  String configured;

  @Test
  void whatLiesUnderAnOlderKeyIsEncryptedUnderTheNewest() throws Throwable {
    String accessKey = insert(keys(configured.split(",")[0]));
    assertThat(stored(accessKey).keyId()).isEqualTo("2025");

    renewSecrets.onStart(new StartupEvent());
    assertThat(stored(accessKey).keyId()).isEqualTo("2026");
    assertThat(masterKeys.open(stored(accessKey), accessKey)).contains("secret");
  }

  @Test
  void whatLiesUnderAKeyThatIsGoneStaysAsItIs() throws Throwable {
    String accessKey = insert(keys("gone:" + configured.split("[,:]")[1]));
    byte[] before = stored(accessKey).bytes();

    renewSecrets.onStart(new StartupEvent());
    assertThat(stored(accessKey).keyId()).isEqualTo("gone");
    assertThat(stored(accessKey).bytes()).isEqualTo(before);
  }

  private String insert(MasterKeys keys) {
    String accessKey = UUID.randomUUID().toString();
    Sealed sealed = keys.seal("secret", accessKey);
    String user =
        """
        with u as (
          insert into app_user (name, password_hash, roles) values ($1, '', '{}') returning id)
        insert into access_key (access_key, user_id, master_key_id, secret)
        select $1, id, $2, $3 from u""";
    query(user, Tuple.of(accessKey, sealed.keyId(), Buffer.buffer(sealed.bytes())));
    return accessKey;
  }

  private Sealed stored(String accessKey) {
    Row row =
        query("select * from access_key where access_key = $1", Tuple.of(accessKey))
            .iterator()
            .next();
    return new Sealed(row.getString("master_key_id"), row.getBuffer("secret").getBytes());
  }

  private RowSet<Row> query(String sql, Tuple parameters) {
    return pool.preparedQuery(sql)
        .execute(parameters)
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  private static MasterKeys keys(String written) {
    return new MasterKeys(
        new MasterKeyConfig() {
          @Override
          public Optional<Path> masterKeyFile() {
            return Optional.empty();
          }

          @Override
          public Optional<String> masterKeys() {
            return Optional.of(written);
          }
        });
  }
}

package dev.relight.controlplane.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.elytron.security.common.BcryptUtil;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class FirstUserIT {
  @Inject FirstUser firstUser;
  @Inject Pool pool;

  @BeforeEach
  void noUserYet() {
    query("delete from app_user");
  }

  @Test
  void ofControlPlanesThatStartAtOnceOneMakesTheAdmin() throws Exception {
    ExecutorService controlPlanes = Executors.newFixedThreadPool(4);
    try {
      Callable<Void> start =
          () -> {
            start();
            return null;
          };
      for (Future<Void> started : controlPlanes.invokeAll(List.of(start, start, start, start))) {
        started.get();
      }
    } finally {
      controlPlanes.shutdownNow();
    }

    Row admin = onlyUser();
    assertThat(admin.getLong("id")).isEqualTo(100);
    assertThat(admin.getString("name")).isEqualTo("admin");
    assertThat(admin.getArrayOfStrings("roles")).containsExactly("ADMIN");
    assertThat(BcryptUtil.matches("admin-secret", admin.getString("password_hash"))).isTrue();
  }

  @Test
  void aLaterStartChangesNothing() {
    start();
    String hash = onlyUser().getString("password_hash");

    start();
    assertThat(onlyUser().getString("password_hash")).isEqualTo(hash);
  }

  private void start() {
    try {
      firstUser.onStart(new StartupEvent());
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private Row onlyUser() {
    RowSet<Row> users = query("select * from app_user");
    assertThat(users.size()).isEqualTo(1);
    return users.iterator().next();
  }

  private RowSet<Row> query(String sql) {
    return pool.query(sql).execute().toCompletionStage().toCompletableFuture().join();
  }
}

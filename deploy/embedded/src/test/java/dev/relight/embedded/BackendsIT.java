package dev.relight.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class BackendsIT {
  @Test
  void namesADatabaseThatTheServicesCanUse() throws Exception {
    String url = System.getProperty("quarkus.datasource.jdbc.url");
    String user = System.getProperty("quarkus.datasource.username");
    String password = System.getProperty("quarkus.datasource.password");
    try (var connection = DriverManager.getConnection(url, user, password);
        var statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("CREATE TABLE seen (id int)")).isZero();
    }
    assertThat(url).isEqualTo("jdbc:" + System.getProperty("quarkus.datasource.reactive.url"));
  }

  @Test
  void namesABrokerThatTheServicesCanUse() throws Exception {
    String servers = System.getProperty("kafka.bootstrap.servers");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      assertThat(admin.describeCluster().nodes().get()).hasSize(1);
    }
  }
}

package dev.relight.bench;

import dev.relight.embedded.PostgresServer;
import dev.relight.local.LocalSystem;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * A system to be measured, and the parts of it that are looked into.
 *
 * @param url of a control plane
 * @param user who may restart agents and register hosts
 * @param password of the user
 * @param database its PostgreSQL, as a JDBC URL with everything that logging in takes
 * @param bootstrapServers its Kafka
 */
record Target(URI url, String user, String password, String database, String bootstrapServers) {

  static Target of(LocalSystem system) {
    PostgresServer postgres = system.postgres();
    return new Target(
        system.controlPlanes().get(0).uri(),
        LocalSystem.ADMIN,
        system.password(),
        postgres.jdbcUrl() + "?user=" + postgres.user() + "&password=" + postgres.password(),
        system.bootstrapServers());
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(database);
  }
}

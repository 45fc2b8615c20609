package dev.relight.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * A role with least rights: it reads and writes in the tables that another role makes, now and
 * later, and can make, change or drop none.
 */
final class ServiceRole {
  // What README's "Least rights" tells operators to do.
  private static final String PROVIDE =
      """
      do $$ begin
        if not exists (select from pg_roles where rolname = '%1$s') then
          create role %1$s;
        end if;
      end $$;
      alter role %1$s login password '%3$s';
      revoke create on schema public from public;
      grant usage on schema public to %1$s;
      grant select, insert, update, delete on all tables in schema public to %1$s;
      grant usage, select, update on all sequences in schema public to %1$s;
      alter default privileges for role %2$s in schema public
        grant select, insert, update, delete on tables to %1$s;
      alter default privileges for role %2$s in schema public
        grant usage, select, update on sequences to %1$s;
      """;

  private final String name;
  private final String owner;
  private final String password;

  /**
   * @param owner who makes the tables
   * @param secret file with the password, which is made where there is none
   */
  ServiceRole(String name, String owner, Path secret) throws IOException {
    this.name = name;
    this.owner = owner;
    if (Files.notExists(secret)) {
      SecretFile.write(secret, UUID.randomUUID().toString());
    }
    password = Files.readString(secret);
  }

  String password() {
    return password;
  }

  /** Makes the role where it is not there, also in a database that was made without it. */
  void provide(Connection superuser) throws SQLException {
    try (Statement statement = superuser.createStatement()) {
      statement.execute(PROVIDE.formatted(name, owner, password));
    }
  }
}

package dev.relight.controlplane.store;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The roles and access keys of users as they are now. */
@ApplicationScoped
public class UserRoles {
  private static final String ROLES = "select id, roles from app_user where id = any($1)";

  private static final String KEYS = "select access_key from access_key where access_key = any($1)";

  private record Found(long id, List<String> roles) {}

  private final Transactions transactions;

  UserRoles(Transactions transactions) {
    this.transactions = transactions;
  }

  /** By the user's id; users that are not there any more are left out. */
  public Uni<Map<Long, List<String>>> of(Collection<Long> userIds) {
    return transactions
        .list(
            ROLES,
            Tuple.of(userIds.toArray(Long[]::new)),
            row -> new Found(row.getLong("id"), List.of(row.getArrayOfStrings("roles"))))
        .map(found -> found.stream().collect(Collectors.toMap(Found::id, Found::roles)));
  }

  /** Those of the access keys that nobody has removed. */
  public Uni<Set<String>> valid(Collection<String> accessKeys) {
    return transactions
        .list(KEYS, Tuple.of(accessKeys.toArray(String[]::new)), row -> row.getString("access_key"))
        .map(Set::copyOf);
  }
}

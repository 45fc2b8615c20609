package dev.relight.controlplane.security;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.hibernate.annotations.CreationTimestamp;
import org.hibernate.annotations.UpdateTimestamp;

/** Somebody who may use the API. */
@Entity
public class AppUser extends PanacheEntityBase {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public Long id;

  public String name;

  /** bcrypt. */
  public String passwordHash;

  /** As they were given; what they include is not stored. */
  public String[] roles;

  @CreationTimestamp public OffsetDateTime createTime;
  @UpdateTimestamp public OffsetDateTime updateTime;

  /** The user as the one behind a request, with all that his roles include. */
  SecurityIdentity identity() {
    QuarkusSecurityIdentity.Builder identity =
        QuarkusSecurityIdentity.builder().setPrincipal(new Caller(id, name, List.of(roles)));
    Arrays.stream(roles)
        .map(Role::valueOf)
        .flatMap(role -> role.included().stream())
        .forEach(role -> identity.addRole(role.name()));
    return identity.build();
  }
}

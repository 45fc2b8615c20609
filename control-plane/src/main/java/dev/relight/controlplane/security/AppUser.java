package dev.relight.controlplane.security;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
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

  Set<Role> includedRoles() {
    Set<Role> included = EnumSet.noneOf(Role.class);
    Arrays.stream(roles).map(Role::valueOf).map(Role::included).forEach(included::addAll);
    return included;
  }
}

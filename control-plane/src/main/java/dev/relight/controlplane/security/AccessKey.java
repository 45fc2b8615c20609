package dev.relight.controlplane.security;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.OffsetDateTime;
import org.hibernate.annotations.CreationTimestamp;

/** A key with which a user signs requests. */
@Entity
class AccessKey extends PanacheEntityBase {
  @Id public String accessKey;
  public Long userId;

  /** Names the master key under which {@link #secret} is encrypted. */
  public String masterKeyId;

  public byte[] secret;
  @CreationTimestamp public OffsetDateTime createTime;

  MasterKeys.Sealed sealed() {
    return new MasterKeys.Sealed(masterKeyId, secret);
  }

  void seal(MasterKeys.Sealed sealed) {
    masterKeyId = sealed.keyId();
    secret = sealed.bytes();
  }
}

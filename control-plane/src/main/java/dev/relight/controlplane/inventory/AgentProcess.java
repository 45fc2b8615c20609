package dev.relight.controlplane.inventory;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.OffsetDateTime;
import org.hibernate.annotations.CreationTimestamp;
import org.hibernate.annotations.UpdateTimestamp;

/** One process of a host's agent, as it was last seen. */
@Entity
public class AgentProcess extends PanacheEntityBase {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public Long id;

  public Long hostId;
  public String alias;

  /** STARTED or STOPPED. */
  public String status;

  /** 0 when stopped. */
  public int pid;

  public OffsetDateTime startedAt;
  public String osUser;
  public String startCommand;
  public String ports;

  /** Whether users may operate it by itself. */
  public boolean operable;

  public OffsetDateTime lastActiveTime;
  @CreationTimestamp public OffsetDateTime createTime;
  @UpdateTimestamp public OffsetDateTime updateTime;
}

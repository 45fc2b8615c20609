package dev.relight.controlplane.inventory;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OneToOne;
import java.time.OffsetDateTime;
import org.hibernate.annotations.CreationTimestamp;
import org.hibernate.annotations.UpdateTimestamp;

/** The agent of a host, as it was last seen. */
@Entity
public class Agent extends PanacheEntityBase {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public Long id;

  @OneToOne
  @JoinColumn(name = "host_id")
  public Host host;

  /** AVAILABLE, RESTARTING, STOPPING, STOPPED or OFFLINE. */
  public String status = "OFFLINE";

  public String version;
  public String logHome;
  public OffsetDateTime lastAvailableTime;
  @CreationTimestamp public OffsetDateTime createTime;
  @UpdateTimestamp public OffsetDateTime updateTime;
}

package dev.relight.controlplane.inventory;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.OneToOne;
import java.time.OffsetDateTime;
import java.util.Map;
import org.hibernate.annotations.CreationTimestamp;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.UpdateTimestamp;
import org.hibernate.type.SqlTypes;

/** A host, and how its workers reach it. */
@Entity
public class Host extends PanacheEntityBase {
  public static final String DEFAULT_POOL = "default";

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public Long id;

  public String name;
  public String innerIpAddress;
  public int sshPort;

  /** Name of the profile that operates the agent. */
  public String profile;

  /** Absolute directory of the agent on the host. */
  public String agentHome;

  /** Name of a credential of the workers; the secret itself is theirs alone. */
  public String credential;

  /** The workers that can reach it. */
  public String pool;

  @JdbcTypeCode(SqlTypes.JSON)
  public Map<String, String> labels;

  public String alias;
  public String description;
  public String architecture;
  public String operatingSystem;
  public String operatingSystemRelease;
  public String kind = "DEDICATED_PHYSICAL_MACHINE";
  public String serialNumber;
  public String status = "ONLINE";

  @OneToOne(
      mappedBy = "host",
      cascade = {CascadeType.PERSIST, CascadeType.REMOVE})
  public Agent agent;

  @CreationTimestamp public OffsetDateTime createTime;
  @UpdateTimestamp public OffsetDateTime updateTime;
}

package dev.relight.local;

/** The generations of agents that demo hosts have. */
enum AgentKind {
  /** One process for every task, the proxy among them. */
  UP_TO_3_1("services-3.1", "3.1.1-20210812221645"),
  /** A manager and a monitor. */
  FROM_3_2("services-4.2", "4.2.2-100000052024");

  private final String services;
  private final String version;

  AgentKind(String services, String version) {
    this.services = services;
    this.version = version;
  }

  /** Name of the resource that lists its services. */
  String services() {
    return services;
  }

  String version() {
    return version;
  }
}

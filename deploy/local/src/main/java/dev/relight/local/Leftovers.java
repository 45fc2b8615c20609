package dev.relight.local;

import dev.relight.embedded.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;

/** What still runs of a system whose launcher was killed. */
public final class Leftovers {
  /** A system property of the services that names the data directory of their system. */
  public static final String MARK = "-Drelight.local.data=";

  private Leftovers() {}

  /** Ends all that a dead launcher has left of the system in this directory. */
  public static void clear(Path root) throws IOException {
    String mark = MARK + root;
    OurProcesses.of(mark::equals).end();
    DemoHosts.endAgents(Data.hostsOf(root));
    PostgresServer.stopLeftover(Data.postgresOf(root));
  }
}

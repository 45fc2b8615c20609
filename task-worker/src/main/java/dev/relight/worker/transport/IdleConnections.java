package dev.relight.worker.transport;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** Connections that nobody uses: no more than a limit, or the one unused longest is closed. */
final class IdleConnections {
  private final int limit;
  private final Set<SshConnection> longestFirst = new LinkedHashSet<>();

  IdleConnections(int limit) {
    this.limit = limit;
  }

  /** Nobody uses it any more. */
  void add(SshConnection connection) {
    SshConnection tooMany = null;
    synchronized (this) {
      longestFirst.remove(connection);
      longestFirst.add(connection);
      if (longestFirst.size() > limit) {
        Iterator<SshConnection> all = longestFirst.iterator();
        tooMany = all.next();
        all.remove();
      }
    }
    if (tooMany != null) {
      tooMany.closeIfUnused();
    }
  }

  /** Somebody uses it again, or it is closed. */
  synchronized void remove(SshConnection connection) {
    longestFirst.remove(connection);
  }
}

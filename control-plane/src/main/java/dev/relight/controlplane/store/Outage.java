package dev.relight.controlplane.store;

import io.netty.channel.ChannelException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;

/** Tells a PostgreSQL that cannot be asked now from whatever else can go wrong. */
public final class Outage {
  // 08 is connection, 53 is resources, 57P0x is a server that stops or starts; 25006 is a server
  // that only reads, as it is not, or not yet, the one that writes; 25P03 is a transaction of which
  // it has not heard for long; 40P01 is one that gave way to another.
  private static final String AWAY = "08...|53...|57P0.|25006|25P03|40P01";

  /** What a pool says whose connections are all in use. */
  private static final String NO_CONNECTION =
      "Timeout.*|Connection pool reached max wait queue.*|Connection is not active now.*";

  /** What the network says in plain words, of a connection that was cut. */
  private static final String CUT = "Broken pipe|Connection reset.*";

  private Outage() {}

  /** Whether the failure, or what caused it, is that PostgreSQL is away or has all hands full. */
  public static boolean isBehind(Throwable failure) {
    for (Throwable it = failure; it != null; it = it.getCause()) {
      if (isOne(it)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfVertx(Throwable failure) {
    return failure.getClass().getName().startsWith("io.vertx.");
  }

  private static boolean isOne(Throwable failure) {
    if (failure instanceof PgException refusal) {
      return refusal.getSqlState() != null && refusal.getSqlState().matches(AWAY);
    }
    return failure instanceof ClosedConnectionException
        || failure instanceof SocketException
        || failure instanceof UnknownHostException
        || failure instanceof ClosedChannelException
        || failure instanceof ChannelException
        || failure instanceof IOException && String.valueOf(failure.getMessage()).matches(CUT)
        || isOfVertx(failure) && String.valueOf(failure.getMessage()).matches(NO_CONNECTION);
  }
}

package dev.relight.worker.transport;

/** A host cannot be worked on; the message tells an operator why, without any secret. */
public final class HostFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean connectionLost;

  HostFailure(String message) {
    this(message, false);
  }

  private HostFailure(String message, boolean connectionLost) {
    super(message, null, false, false);
    this.connectionLost = connectionLost;
  }

  /** The connection failed, which may be better in a moment. */
  static HostFailure connection(String message) {
    return new HostFailure(message, true);
  }

  /** Whether it is one of a connection, which may be better in a moment. */
  public static boolean isConnectionLost(Throwable failure) {
    return failure instanceof HostFailure host && host.connectionLost;
  }
}

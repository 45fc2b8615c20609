package dev.relight.controlplane.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.vertx.VertxResteasyReactiveRequestContext;

/** Writes one frame after the other, each when there is room for it, on the connection's thread. */
final class SendFrames implements Flow.Subscriber<Buffer> {
  private static final Logger LOG = Logger.getLogger(SendFrames.class);

  private final VertxResteasyReactiveRequestContext request;
  private final HttpServerResponse response;
  private final Executor connection;
  private final AtomicBoolean done = new AtomicBoolean();
  private Flow.Subscription subscription;

  SendFrames(VertxResteasyReactiveRequestContext request, HttpServerResponse response) {
    this.request = request;
    this.response = response;
    this.connection = request.getContextExecutor();
  }

  @Override
  public void onSubscribe(Flow.Subscription frames) {
    subscription = frames;
    response.closeHandler(closed -> hungUp());
    response.exceptionHandler(failure -> hungUp());
    frames.request(1);
  }

  @Override
  public void onNext(Buffer frame) {
    connection.execute(
        () -> {
          if (response.closed() || response.ended()) {
            return;
          }
          response.write(frame);
          if (response.writeQueueFull()) {
            response.drainHandler(drained -> subscription.request(1));
          } else {
            subscription.request(1);
          }
        });
  }

  /** Too slow, most of the time; the connection breaks, and the viewer resumes when it can. */
  @Override
  public void onError(Throwable failure) {
    LOG.debugf(failure, "A live stream is dropped");
    connection.execute(
        () -> {
          if (done.compareAndSet(false, true)) {
            response.reset();
            request.resume();
          }
        });
  }

  @Override
  public void onComplete() {
    connection.execute(
        () -> {
          if (done.compareAndSet(false, true)) {
            response.end();
            request.resume();
          }
        });
  }

  private void hungUp() {
    if (done.compareAndSet(false, true)) {
      subscription.cancel();
      request.resume();
    }
  }
}

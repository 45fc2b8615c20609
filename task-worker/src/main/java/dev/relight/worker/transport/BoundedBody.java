package dev.relight.worker.transport;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/** Takes an answer of at most so many bytes, and no more of it once it is larger. */
final class BoundedBody {
  private BoundedBody() {}

  /** To be called before the event loop goes on to what comes behind the answer's head. */
  static Future<byte[]> of(HttpClientResponse response, int limit) {
    Promise<byte[]> body = Promise.promise();
    Buffer kept = Buffer.buffer();
    response.exceptionHandler(body::tryFail);
    response.endHandler(end -> body.tryComplete(kept.getBytes()));
    response.handler(
        some -> {
          if (kept.length() + some.length() <= limit) {
            kept.appendBuffer(some);
          } else if (body.tryFail(
              new HostFailure("The agent's answer is larger than %d bytes".formatted(limit)))) {
            response.request().reset();
          }
        });
    return body.future();
  }
}

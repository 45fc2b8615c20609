package dev.relight.controlplane.api;

import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;
import org.jboss.resteasy.reactive.server.vertx.VertxResteasyReactiveRequestContext;

/** Sends a stream as its viewer takes it; no thread waits for it. */
@Provider
class EventStreamWriter implements ServerMessageBodyWriter<EventStream> {
  @Override
  public boolean isWriteable(
      Class<?> type, Type genericType, ResteasyReactiveResourceInfo target, MediaType mediaType) {
    return type == EventStream.class;
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
    return type == EventStream.class;
  }

  @Override
  public void writeResponse(EventStream stream, Type genericType, ServerRequestContext context) {
    VertxResteasyReactiveRequestContext request = (VertxResteasyReactiveRequestContext) context;
    HttpServerResponse response = request.vertxServerResponse();
    if (stream.frames().isEmpty()) {
      response.end();
      return;
    }
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream;charset=UTF-8")
        .putHeader("Cache-Control", "no-cache, no-transform")
        // For nginx, which would keep back what is little.
        .putHeader("X-Accel-Buffering", "no");
    request.suspend();
    stream.frames().get().subscribe(new SendFrames(request, response));
  }

  @Override
  public void writeTo(
      EventStream stream,
      Class<?> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> httpHeaders,
      OutputStream output)
      throws IOException {
    throw new IOException("A stream is written by no thread");
  }
}

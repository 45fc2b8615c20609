package dev.relight.controlplane.api;

import io.smallrye.mutiny.Multi;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * Events as they come, by the protocol of server-sent events.
 *
 * @param frames nothing where no event will come, so that a client need not ask again
 */
record EventStream(Optional<Multi<Buffer>> frames) {}

package dev.relight.model;

import java.time.Instant;

/**
 * A host that a worker is asked to look at, beside all tasks; it changes nothing there.
 *
 * @param host where to look
 * @param asked when it was asked, by PostgreSQL's clock; the answer says it again
 */
public record HostLook(HostTarget host, Instant asked) {}

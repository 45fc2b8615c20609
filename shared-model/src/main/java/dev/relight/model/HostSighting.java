package dev.relight.model;

import java.time.Instant;

/**
 * What came of a look at a host.
 *
 * @param worker id of the worker that looked
 * @param hostId the host, also the record's key
 * @param asked that of the {@link HostLook}; what is known of the host by younger means counts more
 * @param observed the agent as it was seen, null when nobody could look
 * @param message why nobody could look, else null
 */
public record HostSighting(
    String worker, long hostId, Instant asked, AgentState observed, String message) {}

package dev.relight.controlplane.live;

import java.time.Instant;

/**
 * Who looks on, and by what right.
 *
 * @param userId below 0 for a user of a token, of whom nothing is kept here
 * @param accessKey that he has signed with, null where he has not
 * @param byRole whether he sees what he sees because he has the role TASK_VIEWER
 * @param until when his token runs out, null for never
 */
public record Spectator(long userId, String accessKey, boolean byRole, Instant until) {}

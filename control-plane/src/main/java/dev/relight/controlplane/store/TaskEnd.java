package dev.relight.controlplane.store;

import dev.relight.model.TaskStatus;

/**
 * How a task ended.
 *
 * @param status its last status
 * @param message why its first failed subtask failed, or null
 */
public record TaskEnd(TaskStatus status, String message) {}

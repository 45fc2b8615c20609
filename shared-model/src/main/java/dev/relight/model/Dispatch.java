package dev.relight.model;

/**
 * Names one dispatch of a subtask.
 *
 * @param subtaskId the subtask
 * @param fence the fence of the dispatch
 */
public record Dispatch(long subtaskId, long fence) {}

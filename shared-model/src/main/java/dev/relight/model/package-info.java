/**
 * The wire: what the control plane and the task workers say to each other, and what the world hears
 * of it.
 *
 * <p>A ready subtask travels as a {@link dev.relight.model.SubtaskCommand} to one worker, which
 * answers with {@link dev.relight.model.SubtaskReport}s: STARTED before it touches the host, LOG on
 * the way, SUCCEEDED or FAILED at the end. Every half second a worker says in a {@link
 * dev.relight.model.WorkerHeartbeat} what it runs; a {@link dev.relight.model.WorkerControl}
 * acknowledges that and carries what must stop or be handed back. It also asks workers to look at
 * hosts beside all tasks, by {@link dev.relight.model.HostLook}s, which they answer with {@link
 * dev.relight.model.HostSighting}s. Each change of a task or subtask becomes a {@link
 * dev.relight.model.TaskEvent} or {@link dev.relight.model.SubtaskEvent} on a topic of its own
 * (names: {@link dev.relight.model.Topics}).
 *
 * <p>Fields are only ever added; readers ignore what they do not know.
 */
package dev.relight.model;

package dev.relight.controlplane.api;

import dev.relight.controlplane.PageRequest;
import dev.relight.controlplane.engine.SubmittedTask;
import dev.relight.controlplane.inventory.AgentProcess;
import dev.relight.controlplane.inventory.Inventory;
import dev.relight.controlplane.plan.TaskKind;
import dev.relight.controlplane.task.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Clock;

/**
 * The agent of one host, and its processes. All that lies below the hosts shares their path, as
 * only then a wrong method is told from a path that is not there.
 */
@Path("/compute/hosts")
class AgentResource {
  private final Inventory inventory;
  private final Submission submission;
  private final Completion completion;
  private final Clock clock;

  AgentResource(Inventory inventory, Submission submission, Completion completion, Clock clock) {
    this.inventory = inventory;
    this.submission = submission;
    this.completion = completion;
    this.clock = clock;
  }

  /** The agent as it was last seen; 404 where there is no such host. */
  @GET
  @Path("/{hostId}/agent")
  @RolesAllowed("HOST_VIEWER")
  public Uni<AgentAnswer> get(@PathParam("hostId") long hostId) {
    return inventory
        .host(hostId)
        .chain(
            host ->
                inventory
                    .processes(hostId)
                    .map(processes -> AgentAnswer.of(host, processes, clock.instant())));
  }

  /** Reads the agent and its processes from the host; 502 or 504 as a process's restart. */
  @POST
  @Path("/{hostId}/agent/refresh")
  @RolesAllowed("HOST_MANAGER")
  public Uni<AgentAnswer> refresh(@PathParam("hostId") long hostId) {
    return submit(TaskKind.REFRESH_AGENT, hostId)
        .chain(task -> completion.of(task.id()))
        .chain(() -> get(hostId));
  }

  /**
   * Restarts the agent. Answers at once with the task; 404 where there is no such host, 409 with
   * the task as its target that holds the host.
   */
  @POST
  @Path("/{hostId}/agent/restart")
  @RolesAllowed("HOST_MANAGER")
  public Uni<TaskAnswer> restart(@PathParam("hostId") long hostId) {
    return submit(TaskKind.RESTART, hostId).map(TaskAnswer::of);
  }

  /** Stops the agent; answers like the restart. */
  @POST
  @Path("/{hostId}/agent/stop")
  @RolesAllowed("HOST_MANAGER")
  public Uni<TaskAnswer> stop(@PathParam("hostId") long hostId) {
    return submit(TaskKind.STOP, hostId).map(TaskAnswer::of);
  }

  /** A page of the agent's processes as they were last seen; 404 where there is no such host. */
  @GET
  @Path("/{hostId}/agent/processes")
  @RolesAllowed("HOST_VIEWER")
  public Uni<Listing<ProcessAnswer>> processes(
      @PathParam("hostId") long hostId, @BeanParam Paging paging) {
    PageRequest page = paging.request(Inventory.PROCESS_SORT_FIELDS, "id");
    return inventory
        .host(hostId)
        .chain(
            host ->
                inventory
                    .processes(hostId, page)
                    .map(
                        found ->
                            Listing.of(
                                found,
                                page,
                                process ->
                                    ProcessAnswer.of(process, host.agent, clock.instant()))));
  }

  /**
   * Restarts one process, or starts it where it is stopped, and answers when the new process was
   * seen alive. 404 where the host or process is not there; 409 where users may not operate the
   * process, or with the task as its target that holds the host; 502 with the cause where it failed
   * on the host; 504 with the task as its target where it takes too long and goes on.
   */
  @POST
  @Path("/{hostId}/agent/processes/{agentProcessId}/restart")
  @RolesAllowed("HOST_MANAGER")
  public Uni<ProcessAnswer> restartProcess(
      @PathParam("hostId") long hostId, @PathParam("agentProcessId") long agentProcessId) {
    return operate(TaskKind.RESTART_PROCESS_ALONE, hostId, agentProcessId);
  }

  /** Stops one process and answers when it was seen gone; fails like its restart. */
  @POST
  @Path("/{hostId}/agent/processes/{agentProcessId}/stop")
  @RolesAllowed("HOST_MANAGER")
  public Uni<ProcessAnswer> stopProcess(
      @PathParam("hostId") long hostId, @PathParam("agentProcessId") long agentProcessId) {
    return operate(TaskKind.STOP_PROCESS_ALONE, hostId, agentProcessId);
  }

  private Uni<SubmittedTask> submit(TaskKind kind, long hostId) {
    return submission.once(
        () -> inventory.host(hostId).chain(() -> submission.single(kind, hostId)));
  }

  private Uni<ProcessAnswer> operate(TaskKind kind, long hostId, long processId) {
    return submission
        .once(
            () ->
                inventory
                    .host(hostId)
                    .chain(() -> inventory.process(hostId, processId))
                    .invoke(AgentResource::refuseInoperable)
                    .chain(process -> submission.process(kind, hostId, process.alias)))
        .chain(task -> completion.of(task.id()))
        .chain(() -> process(hostId, processId));
  }

  private Uni<ProcessAnswer> process(long hostId, long processId) {
    return inventory
        .host(hostId)
        .chain(
            host ->
                inventory
                    .process(hostId, processId)
                    .map(process -> ProcessAnswer.of(process, host.agent, clock.instant())));
  }

  private static void refuseInoperable(AgentProcess process) {
    if (!process.operable) {
      throw Refusal.of(
          Refusal.Reason.CONFLICT,
          "Process %s cannot be operated by itself; restart the agent instead."
              .formatted(process.alias));
    }
  }
}

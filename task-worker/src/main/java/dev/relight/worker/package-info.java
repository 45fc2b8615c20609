/**
 * The task worker: does on the hosts what the control planes command, and tells them.
 *
 * <p>{@link dev.relight.worker.CommandConsumer} reads commands, never more than there are slots,
 * and hands them to {@link dev.relight.worker.Attempts}, which lets no dispatch in twice. Each
 * becomes an {@link dev.relight.worker.Attempt}: it waits for the {@link dev.relight.worker.Lease},
 * says STARTED through the {@link dev.relight.worker.ReportSender}, acknowledges the command once
 * the broker has that, lets a {@link dev.relight.worker.agent.Profile} do the work, and says what
 * became of it. {@link dev.relight.worker.Heartbeats} tell all the while what runs here; {@link
 * dev.relight.worker.ControlConsumer} hears which of them were acknowledged, which is what the
 * lease lives on, and what is to be canceled. {@link dev.relight.worker.OrderlyStop} hands back
 * what is not done. Beside all that {@link dev.relight.worker.Looks} reads how hosts are.
 *
 * <p>In {@link dev.relight.worker.agent} an {@code Operation} per kind of subtask says what is to
 * be done and what must have been seen for a success, and an {@code Agent} how one kind of agent is
 * told to, by its agentctl or by the commands of a YAML file; in {@link
 * dev.relight.worker.transport} a {@code FencedHost} sees to it that it is done once, whichever
 * workers try.
 */
package dev.relight.worker;

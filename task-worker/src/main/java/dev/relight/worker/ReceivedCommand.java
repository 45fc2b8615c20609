package dev.relight.worker;

import dev.relight.model.Dispatch;
import dev.relight.model.SubtaskCommand;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;

/**
 * A command as it came from Kafka.
 *
 * @param command what to do
 * @param partition where it was read; whoever gets the partition gets the command, too, until it is
 *     acknowledged
 * @param offset its place in the partition
 * @param acknowledgement tells Kafka that the command is in good hands
 */
record ReceivedCommand(
    SubtaskCommand command, int partition, long offset, Supplier<Uni<Void>> acknowledgement) {

  Dispatch dispatch() {
    return new Dispatch(command.subtaskId(), command.fence());
  }

  Uni<Void> acknowledge() {
    return acknowledgement.get();
  }
}

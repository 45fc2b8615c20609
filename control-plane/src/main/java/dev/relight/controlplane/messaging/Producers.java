package dev.relight.controlplane.messaging;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;

/**
 * Sends whole batches through the producers of the outgoing channels: a message object and a future
 * for each of fifty thousand records would cost more than the sending.
 */
@ApplicationScoped
class Producers {
  private final KafkaClientService clients;

  Producers(
      KafkaClientService clients,
      // An emitter is what makes its channel, and so its producer, come to life.
      @Channel("commands") MutinyEmitter<byte[]> commands,
      @Channel("control") MutinyEmitter<byte[]> control,
      @Channel("events") MutinyEmitter<byte[]> events,
      @Channel("dead-letters") MutinyEmitter<byte[]> deadLetters) {
    this.clients = clients;
  }

  /**
   * Sends the records in their order; done when the broker has acknowledged all of them, failed
   * when it refused one. {@code refused} is told of each record that did not arrive.
   */
  Uni<Void> send(
      String channel,
      List<ProducerRecord<String, byte[]>> records,
      BiConsumer<ProducerRecord<String, byte[]>, Exception> refused) {
    if (records.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return Uni.createFrom()
        .emitter(
            emitter -> {
              AtomicInteger left = new AtomicInteger(records.size());
              clients
                  .<String, byte[]>getProducer(channel)
                  .runOnSendingThread(
                      producer -> {
                        for (ProducerRecord<String, byte[]> record : records) {
                          send(producer, record, refused, left, emitter);
                        }
                      })
                  .subscribe()
                  .with(sent -> {}, emitter::fail);
            });
  }

  private static void send(
      Producer<String, byte[]> producer,
      ProducerRecord<String, byte[]> record,
      BiConsumer<ProducerRecord<String, byte[]>, Exception> refused,
      AtomicInteger left,
      UniEmitter<? super Void> emitter) {
    producer.send(
        record,
        (metadata, failure) -> {
          if (failure != null) {
            refused.accept(record, failure);
            emitter.fail(failure);
          }
          if (left.decrementAndGet() == 0) {
            emitter.complete(null);
          }
        });
  }
}

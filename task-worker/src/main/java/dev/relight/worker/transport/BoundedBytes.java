package dev.relight.worker.transport;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;

/** Keeps the first bytes that are written and lets the rest go. */
final class BoundedBytes extends OutputStream {
  private final int limit;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

  BoundedBytes(int limit) {
    this.limit = limit;
  }

  @Override
  public void write(int oneByte) {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    kept.write(bytes, offset, Math.min(length, limit - kept.size()));
  }

  synchronized byte[] toByteArray() {
    return kept.toByteArray();
  }
}

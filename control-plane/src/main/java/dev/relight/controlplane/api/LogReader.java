package dev.relight.controlplane.api;

import dev.relight.controlplane.store.Logs;
import dev.relight.controlplane.store.Logs.Piece;
import java.io.Reader;
import java.util.ArrayDeque;
import java.util.Queue;

/** Reads a subtask's log from PostgreSQL, a few pieces at a time. */
final class LogReader extends Reader {
  private static final int PIECES_AT_ONCE = 20;

  private final Logs logs;
  private final long subtaskId;
  private final Queue<Piece> pieces = new ArrayDeque<>();
  private long read;
  private boolean atEnd;
  private String text = "";
  private int position;

  LogReader(Logs logs, long subtaskId) {
    this.logs = logs;
    this.subtaskId = subtaskId;
  }

  @Override
  public int read(char[] buffer, int offset, int length) {
    while (position == text.length()) {
      if (!next()) {
        return -1;
      }
    }
    int count = Math.min(length, text.length() - position);
    text.getChars(position, position + count, buffer, offset);
    position += count;
    return count;
  }

  @Override
  public void close() {
    // What it reads from is nothing that stays open.
  }

  private boolean next() {
    if (pieces.isEmpty() && !atEnd) {
      pieces.addAll(Awaited.now(logs.after(subtaskId, read, PIECES_AT_ONCE)));
      atEnd = pieces.size() < PIECES_AT_ONCE;
    }
    Piece piece = pieces.poll();
    if (piece == null) {
      return false;
    }
    read = piece.id();
    text = piece.leftOut() == 0 ? piece.text() : piece.text() + leftOut(piece);
    position = 0;
    return true;
  }

  private static String leftOut(Piece piece) {
    return "%d lines were left out: the log of an attempt holds no more\n"
        .formatted(piece.leftOut());
  }
}

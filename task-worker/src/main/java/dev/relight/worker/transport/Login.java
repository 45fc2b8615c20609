package dev.relight.worker.transport;

import java.security.KeyPair;
import java.util.List;

/** A user with what proves that it is him. Never to be printed. */
record Login(String user, List<KeyPair> keys, String password) {
  @Override
  public String toString() {
    return user;
  }
}

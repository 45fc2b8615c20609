package dev.relight.controlplane.security;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts the secrets that PostgreSQL keeps, under keys that PostgreSQL never sees. The newest key
 * encrypts; every key decrypts what was encrypted under it.
 */
@Singleton
class MasterKeys {
  /** An encrypted secret, and the id of the key that decrypts it. */
  record Sealed(String keyId, byte[] bytes) {}

  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final String FORM = "must be written id:key, the key being 32 bytes in Base64";

  private final Map<String, SecretKeySpec> keys = new LinkedHashMap<>();
  private final SecureRandom random = new SecureRandom();
  private String newest;

  MasterKeys(MasterKeyConfig config) {
    if (config.masterKeyFile().isPresent() && config.masterKeys().isPresent()) {
      throw new IllegalArgumentException(
          "Of relight.security.master-key-file and relight.security.master-keys only one can be"
              + " set");
    }
    config.masterKeyFile().ifPresent(this::read);
    config
        .masterKeys()
        .ifPresent(
            all ->
                Stream.of(all.split(",")).forEach(key -> add("relight.security.master-keys", key)));
  }

  /** Whether there is a key to encrypt with; its id. */
  Optional<String> newest() {
    return Optional.ofNullable(newest);
  }

  /** Encrypts; what was encrypted for one owner cannot be passed off as another's. */
  Sealed seal(String secret, String owner) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keys.get(newest), nonce, owner);
      byte[] encrypted = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
      byte[] bytes = Arrays.copyOf(nonce, nonce.length + encrypted.length);
      System.arraycopy(encrypted, 0, bytes, nonce.length, encrypted.length);
      return new Sealed(newest, bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has " + CIPHER, e);
    }
  }

  /** Decrypts; nothing where the key is not configured, or is not the one that encrypted this. */
  Optional<String> open(Sealed sealed, String owner) {
    SecretKeySpec key = keys.get(sealed.keyId());
    if (key == null || sealed.bytes().length < NONCE_BYTES) {
      return Optional.empty();
    }
    byte[] nonce = Arrays.copyOf(sealed.bytes(), NONCE_BYTES);
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce, owner);
      int length = sealed.bytes().length - NONCE_BYTES;
      byte[] secret = cipher.doFinal(sealed.bytes(), NONCE_BYTES, length);
      return Optional.of(new String(secret, StandardCharsets.UTF_8));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has " + CIPHER, e);
    }
  }

  private void read(Path file) {
    try {
      Files.readAllLines(file).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(line -> add("relight.security.master-key-file " + file, line));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "relight.security.master-key-file " + file + " cannot be read", e);
    }
    if (newest == null) {
      throw new IllegalArgumentException(
          "relight.security.master-key-file " + file + " has no key; each line " + FORM);
    }
  }

  private void add(String source, String written) {
    String[] parts = written.strip().split(":", 2);
    String id = parts[0];
    // No message says the key, or what was taken for one.
    if (parts.length != 2 || !id.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException("Each key of " + source + " " + FORM);
    }
    if (keys.put(id, new SecretKeySpec(decode(source, id, parts[1]), "AES")) != null) {
      throw new IllegalArgumentException("The key " + id + " is twice in " + source);
    }
    newest = id;
  }

  private static byte[] decode(String source, String id, String key) {
    byte[] bytes = {};
    try {
      bytes = Base64.getDecoder().decode(key.strip());
    } catch (IllegalArgumentException e) {
      // Falls through: told as a key of the wrong length is.
    }
    if (bytes.length != KEY_BYTES) {
      throw new IllegalArgumentException("The key " + id + " of " + source + " " + FORM);
    }
    return bytes;
  }

  private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, String owner)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}

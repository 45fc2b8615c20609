package dev.relight.controlplane.security;

/**
 * A new access key, with the secret that is told this one time.
 *
 * @param accessKey names the key in requests
 * @param secretKey signs them
 */
public record IssuedKey(String accessKey, String secretKey) {
  /** Without the secret: it is not for logs. */
  @Override
  public String toString() {
    return accessKey;
  }
}

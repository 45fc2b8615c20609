package dev.relight.controlplane.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the Authorization header of a signed request says.
 *
 * @param accessKey names the key that signed
 * @param value HMAC-SHA1 of the request's message
 */
record Signature(String accessKey, byte[] value) {
  static final String SCHEME = "OCP-ACCESS-KEY-HMACSHA1";

  private static final String ALGORITHM = "HmacSHA1";
  private static final Pattern HEADER =
      Pattern.compile(SCHEME + " +([^\\s:]{1,128}):([A-Za-z0-9+/]{27}=)", Pattern.CASE_INSENSITIVE);

  /** Whether the header claims to hold a signature, well written or not. */
  static boolean isClaimedBy(String authorization) {
    return authorization != null
        && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && (authorization.length() == SCHEME.length()
            || authorization.charAt(SCHEME.length()) == ' ');
  }

  /** Nothing where the header does not hold a signature. */
  static Optional<Signature> of(String authorization) {
    Matcher matcher = HEADER.matcher(authorization);
    return matcher.matches()
        ? Optional.of(new Signature(matcher.group(1), Base64.getDecoder().decode(matcher.group(2))))
        : Optional.empty();
  }

  /**
   * Whether it is the secret key's over this message; takes as long however much of it is right.
   */
  boolean isOf(String message, String secretKey) {
    return MessageDigest.isEqual(value, sign(message, secretKey));
  }

  private static byte[] sign(String message, String secretKey) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secretKey.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has " + ALGORITHM, e);
    }
  }
}

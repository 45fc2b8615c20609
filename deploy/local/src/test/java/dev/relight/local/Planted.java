package dev.relight.local;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A secret that is looked for, in every form in which something may have written it. */
final class Planted {
  private static final int MIN_LENGTH = 6;

  private final String name;
  private final Set<String> forms = new TreeSet<>();

  Planted(String name, String value) {
    this(name, value.getBytes(StandardCharsets.UTF_8));
    forms.add(value);
    forms.add(URLEncoder.encode(value, StandardCharsets.UTF_8));
  }

  Planted(String name, byte[] bytes) {
    this.name = name;
    forms.add(HexFormat.of().formatHex(bytes));
    for (int before = 0; before < 3; before++) {
      forms.add(inBase64(Base64.getEncoder(), before, bytes));
      forms.add(inBase64(Base64.getUrlEncoder(), before, bytes));
    }
    if (bytes.length < MIN_LENGTH) {
      throw new IllegalArgumentException(name + " is too short to be told from other things");
    }
  }

  /** What Base64 makes of it behind as many other bytes, but for what these have a part in. */
  private static String inBase64(Base64.Encoder encoder, int before, byte[] bytes) {
    byte[] all = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, all, before, bytes.length);
    String encoded = encoder.withoutPadding().encodeToString(all);
    return encoded.substring((before * 8 + 5) / 6, all.length * 8 / 6);
  }

  private void lookIn(String where, String text, List<String> findings) {
    for (String form : forms) {
      int at = text.indexOf(form);
      if (at >= 0) {
        String around =
            text.substring(Math.max(0, at - 80), Math.min(text.length(), at + form.length() + 20));
        findings.add("the %s in %s: …%s…".formatted(name, where, around));
        return;
      }
    }
  }

  /** Adds to the findings which of them are found. */
  static void lookIn(List<Planted> all, String where, byte[] text, List<String> findings) {
    // One char per byte: the forms are ASCII.
    String chars = new String(text, StandardCharsets.ISO_8859_1);
    all.forEach(one -> one.lookIn(where, chars, findings));
  }
}

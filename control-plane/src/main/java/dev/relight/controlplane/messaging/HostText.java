package dev.relight.controlplane.messaging;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;

/**
 * Text that a host may have had a hand in: bounded, so that it fits into events however it is
 * escaped, and without the one character that PostgreSQL cannot store.
 */
final class HostText extends StdScalarDeserializer<String> {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 8_192;

  HostText() {
    super(String.class);
  }

  @Override
  public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    String text = parser.getValueAsString();
    if (text == null || (text.length() <= LONGEST && text.indexOf('\0') < 0)) {
      return text;
    }
    String storable = text.replace("\0", "");
    return storable.length() <= LONGEST ? storable : storable.substring(0, LONGEST) + "…";
  }
}

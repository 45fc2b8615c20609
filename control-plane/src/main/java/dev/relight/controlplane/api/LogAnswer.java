package dev.relight.controlplane.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.Reader;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The log of a subtask.
 *
 * @param log read while it is written: all attempts together may be large
 */
record LogAnswer(
    @Schema(implementation = String.class) @JsonSerialize(using = LogAnswer.Text.class)
        Reader log) {

  static final class Text extends StdSerializer<Reader> {
    private static final long serialVersionUID = 1L;

    Text() {
      super(Reader.class);
    }

    @Override
    public void serialize(Reader text, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(text, -1);
    }
  }
}

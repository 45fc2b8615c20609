package dev.relight.controlplane.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Writes times as the contract wants them: ISO-8601 with milliseconds and the server's offset. */
@Singleton
class Json implements ObjectMapperCustomizer {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx");

  @Override
  public int priority() {
    // After the module that already knows these types.
    return MINIMUM_PRIORITY;
  }

  @Override
  public void customize(ObjectMapper mapper) {
    mapper.registerModule(new SimpleModule().addSerializer(new Times()));
  }

  private static final class Times extends StdSerializer<OffsetDateTime> {
    private static final long serialVersionUID = 1L;

    private Times() {
      super(OffsetDateTime.class);
    }

    @Override
    public void serialize(OffsetDateTime time, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(FORMAT.format(time.atZoneSameInstant(ZoneId.systemDefault())));
    }
  }
}

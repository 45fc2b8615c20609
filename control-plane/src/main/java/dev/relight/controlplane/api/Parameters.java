package dev.relight.controlplane.api;

import dev.relight.controlplane.task.Refusal;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Reads the parameters of paths and queries. Every number there counts or names something, so it is
 * whole and above zero.
 */
@Provider
class Parameters implements ParamConverterProvider {
  /** Java knows later ones, PostgreSQL does not. */
  private static final int LAST_YEAR = 9999;

  private static final String NUMBER = "must be a whole number above 0";
  private static final String TIME = "must be a time such as 2026-01-31T08:00:00+01:00";

  @Override
  @SuppressWarnings("unchecked") // The type says which T it is.
  public <T> ParamConverter<T> getConverter(
      Class<T> type, Type genericType, Annotation[] annotations) {
    String name = name(annotations);
    if (type == long.class || type == Long.class) {
      return (ParamConverter<T>) new Checked<>(name, value -> above0(Long.valueOf(value)), NUMBER);
    }
    if (type == int.class || type == Integer.class) {
      return (ParamConverter<T>)
          new Checked<>(name, value -> above0(Integer.valueOf(value)), NUMBER);
    }
    if (type == OffsetDateTime.class) {
      return (ParamConverter<T>) new Checked<>(name, Parameters::time, TIME);
    }
    if (type.isEnum()) {
      String expected = "must be one of " + Arrays.toString(type.getEnumConstants());
      return new Checked<>(name, value -> constant(type, value), expected);
    }
    return null;
  }

  private static String name(Annotation[] annotations) {
    return Stream.of(annotations)
        .map(
            annotation ->
                annotation instanceof PathParam path
                    ? path.value()
                    : annotation instanceof QueryParam query ? query.value() : null)
        .filter(name -> name != null)
        .findFirst()
        .orElse("parameter");
  }

  private static <N extends Number> N above0(N number) {
    if (number.longValue() < 1) {
      throw new IllegalArgumentException();
    }
    return number;
  }

  /** A plus sign that was not encoded comes as a space. */
  private static OffsetDateTime time(String text) {
    try {
      OffsetDateTime time = OffsetDateTime.parse(text.replace(' ', '+'));
      if (time.getYear() < 1 || time.getYear() > LAST_YEAR) {
        throw new IllegalArgumentException();
      }
      return time;
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static <T> T constant(Class<T> type, String name) {
    return Stream.of(type.getEnumConstants())
        .filter(constant -> constant.toString().equals(name))
        .findFirst()
        .orElseThrow(IllegalArgumentException::new);
  }

  private record Checked<T>(String name, Function<String, T> parse, String expected)
      implements ParamConverter<T> {
    @Override
    public T fromString(String value) {
      try {
        return parse.apply(value);
      } catch (IllegalArgumentException e) {
        throw Refusal.malformed(name, value, expected);
      }
    }

    @Override
    public String toString(T value) {
      return value.toString();
    }
  }
}

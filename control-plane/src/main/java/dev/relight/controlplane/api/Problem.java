package dev.relight.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.Refusal.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What went wrong, in the contract's form.
 *
 * @param code the contract's error code
 * @param message what is wrong and what would be right
 * @param subErrors each field that is wrong, left out without any
 * @param target id of what stands in the way, left out without any
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Problem(int code, String message, List<FieldError> subErrors, String target) {
  private static final int LONGEST = 500;

  Problem {
    message = writable(message);
    subErrors = subErrors.stream().map(Problem::bounded).toList();
  }

  static Problem of(Refusal refusal) {
    return new Problem(
        refusal.reason().code(), refusal.getMessage(), refusal.fields(), refusal.target());
  }

  /** Somebody's megabytes, or his thousand brackets, are not sent back to him. */
  private static FieldError bounded(FieldError error) {
    Object value =
        error.rejectedValue() instanceof JsonNode node ? plain(node) : error.rejectedValue();
    String text = String.valueOf(value);
    boolean asItIs = value == null || value instanceof Number || value instanceof Boolean;
    return new FieldError(
        error.object(),
        error.field(),
        asItIs && text.length() <= LONGEST ? value : writable(cut(text)),
        error.message());
  }

  private static Object plain(JsonNode node) {
    if (node.isNull() || node.isMissingNode()) {
      return null;
    }
    if (node.isNumber()) {
      return node.numberValue();
    }
    return node.isBoolean() ? node.booleanValue() : node.isTextual() ? node.textValue() : "" + node;
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  /** Half a character, such as JSON can escape, cannot be written as UTF-8. */
  private static String writable(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}

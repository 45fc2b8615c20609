package dev.relight.worker.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.relight.worker.transport.FencedHost.Output;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What agentctl says. The exit code does not decide: 255 is a failure of agentctl and of ssh alike.
 *
 * @param message what was asked for, when it was successful
 * @param error why not, else
 */
record AgentctlAnswer(boolean successful, JsonNode message, String error) {
  private static final Pattern CODE = Pattern.compile("code=([a-z_]+)");

  /** Successes are on the output, failures among the errors; other lines may stand around them. */
  static AgentctlAnswer parse(Output output, ObjectReader json) {
    return find(output.output(), json)
        .or(() -> find(output.errors(), json))
        .orElseThrow(
            () ->
                new OperationFailed(
                    "agentctl gave no answer (exit %d): %s"
                        .formatted(output.code(), firstLine(output))));
  }

  /** The kind of failure, {@code ""} when there is none. */
  String code() {
    Matcher code = CODE.matcher(error);
    return code.find() ? code.group(1) : "";
  }

  private static Optional<AgentctlAnswer> find(String text, ObjectReader json) {
    for (int at = text.indexOf('{'); at >= 0; at = text.indexOf('{', at + 1)) {
      if (at > 0 && text.charAt(at - 1) != '\n') {
        continue;
      }
      try {
        JsonNode answer = json.readTree(text.substring(at));
        if (answer.has("successful")) {
          return Optional.of(
              new AgentctlAnswer(
                  answer.get("successful").asBoolean(),
                  answer.path("message"),
                  answer.path("error").asText("")));
        }
      } catch (IOException e) {
        // Something else in braces: the answer may come behind it.
      }
    }
    return Optional.empty();
  }

  private static String firstLine(Output output) {
    return (output.errors() + "\n" + output.output())
        .lines()
        .filter(line -> !line.isBlank())
        .findFirst()
        .orElse("it said nothing");
  }
}

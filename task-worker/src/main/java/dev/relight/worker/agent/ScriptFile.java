package dev.relight.worker.agent;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a script from its YAML; whatever is wrong is said with file, key, and what is right. */
final class ScriptFile {
  /** A file that cannot be used; stops a worker that is starting, with just this line. */
  static final class Malformed extends ConfigurationException {
    private static final long serialVersionUID = 1;

    Malformed(String file, String key, String right) {
      super("Profile %s: %s%s".formatted(file, key.isEmpty() ? "" : "'" + key + "' ", right));
    }
  }

  private static final ObjectReader YAML =
      YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build().reader();

  private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");
  private static final Pattern UNIT =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@:\\\\-]*\\.service");
  private static final Set<String> KEYS =
      Set.of("sudo", "version", "log-home", "start", "stop", "processes");
  private static final Set<String> PROGRAM_KEYS =
      Set.of("unit", "find", "pid-file", "program", "start", "stop", "explain");
  private static final String FIND_BY_PID_FILE = Resources.text("pid-file.sh");

  private final String file;
  private boolean sudo;
  private boolean startedTogether;

  private ScriptFile(String file) {
    this.file = file;
  }

  /**
   * The script in a text.
   *
   * @param file where it is from, to be named in complaints
   */
  static Script parse(String name, String file, String text) {
    return new ScriptFile(file).script(name, text);
  }

  private Script script(String name, String text) {
    JsonNode root = tree(text);
    if (!root.isObject()) {
      throw malformed("", "must be a mapping with the key 'processes'");
    }
    checkKeys("", root, KEYS);
    sudo = flag(root, "sudo");
    startedTogether = pair("", root);
    JsonNode processes = root.path("processes");
    if (!processes.isObject() || processes.isEmpty()) {
      throw malformed("processes", "must name at least one process, as in 'processes: {name: …}'");
    }
    List<Script.Program> programs = new ArrayList<>();
    processes
        .properties()
        .forEach(entry -> programs.add(program(entry.getKey(), entry.getValue())));
    return new Script(
        name,
        privileged(command("", root, "start")),
        privileged(command("", root, "stop")),
        command("", root, "version"),
        root.has("log-home") ? text("log-home", root.get("log-home")) : null,
        List.copyOf(programs));
  }

  private Script.Program program(String alias, JsonNode node) {
    String key = "processes." + alias;
    if (!ALIAS.matcher(alias).matches()) {
      throw malformed(key, "must have a name of 1 to 64 letters, digits and ._-");
    }
    if (!node.isObject()) {
      throw malformed(key, "must be a mapping with one of 'unit', 'find' and 'pid-file'");
    }
    checkKeys(key, node, PROGRAM_KEYS);
    long ways = List.of("unit", "find", "pid-file").stream().filter(node::has).count();
    if (ways != 1) {
      throw malformed(key, "must have exactly one of 'unit', 'find' and 'pid-file'");
    }
    if (node.has("pid-file") != node.has("program")) {
      throw malformed(key, "must have 'pid-file' and 'program' together");
    }
    if (node.has("unit")) {
      return unit(alias, key, node);
    }
    boolean operable = pair(key, node);
    if (!operable && !startedTogether) {
      throw malformed(
          key, "must have 'start' and 'stop', as there are none at the top that do it for all");
    }
    return new Script.Program(
        alias,
        find(key, node),
        node.has("find") ? 1 : 0,
        privileged(command(key, node, "start")),
        privileged(command(key, node, "stop")),
        node.has("explain") ? List.of(command(key, node, "explain")) : List.of());
  }

  private List<String> find(String key, JsonNode node) {
    return node.has("find")
        ? command(key, node, "find")
        : List.of(
            "sh",
            "-c",
            FIND_BY_PID_FILE,
            "pid-file",
            text(key + ".pid-file", node.get("pid-file")),
            text(key + ".program", node.get("program")));
  }

  private Script.Program unit(String alias, String key, JsonNode node) {
    for (String other : List.of("start", "stop", "explain")) {
      if (node.has(other)) {
        throw malformed(key + "." + other, "must not stand beside 'unit': systemctl does it");
      }
    }
    String unit = text(key + ".unit", node.get("unit"));
    if (!UNIT.matcher(unit).matches()) {
      throw malformed(key + ".unit", "must be the name of a unit, as in 'node_exporter.service'");
    }
    return new Script.Program(
        alias,
        List.of("systemctl", "show", "--property=MainPID", "--value", unit),
        0,
        privileged(List.of("systemctl", "start", unit)),
        privileged(List.of("systemctl", "stop", unit)),
        List.of(
            List.of("journalctl", "--quiet", "--no-pager", "--output=cat", "--lines=5", "-u", unit),
            List.of("systemctl", "show", "--property=LoadState,Result,ExecMainStatus", unit)));
  }

  private boolean pair(String key, JsonNode node) {
    if (node.has("start") != node.has("stop")) {
      throw malformed(
          key.isEmpty() ? "" : key, "must have both 'start' and 'stop', or neither of them");
    }
    return node.has("start");
  }

  private List<String> privileged(List<String> command) {
    if (!sudo || command.isEmpty()) {
      return command;
    }
    List<String> privileged = new ArrayList<>(List.of("sudo", "-n", "--"));
    privileged.addAll(command);
    return privileged;
  }

  private List<String> command(String parent, JsonNode node, String name) {
    if (!node.has(name)) {
      return List.of();
    }
    String key = parent.isEmpty() ? name : parent + "." + name;
    JsonNode command = node.get(name);
    if (!command.isArray() || command.isEmpty()) {
      throw malformed(key, "must be a list of arguments, as in '[bin/agent, start]'; no shell");
    }
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < command.size(); i++) {
      JsonNode argument = command.get(i);
      if (!argument.isTextual() || argument.asText().indexOf('\0') >= 0) {
        throw malformed(key + "[" + i + "]", "must be text: put it in quotes");
      }
      arguments.add(argument.asText());
    }
    if (!arguments.get(0).matches("[^\\s-].*")) {
      throw malformed(key + "[0]", "must be the program to run");
    }
    return List.copyOf(arguments);
  }

  private String text(String key, JsonNode node) {
    if (!node.isTextual() || node.asText().isBlank() || node.asText().indexOf('\0') >= 0) {
      throw malformed(key, "must be text");
    }
    return node.asText();
  }

  private boolean flag(JsonNode node, String key) {
    if (node.has(key) && !node.get(key).isBoolean()) {
      throw malformed(key, "must be true or false");
    }
    return node.path(key).asBoolean(false);
  }

  private void checkKeys(String parent, JsonNode node, Set<String> known) {
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw malformed(
                    parent.isEmpty() ? name : parent + "." + name,
                    "is not known; known are "
                        + String.join(", ", known.stream().sorted().toList()));
              }
            });
  }

  private JsonNode tree(String text) {
    try {
      return YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw new Malformed(
          file,
          "",
          "line %d is not YAML: %s"
              .formatted(
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getOriginalMessage().lines().findFirst().orElse("")));
    }
  }

  private Malformed malformed(String key, String right) {
    return new Malformed(file, key, right);
  }
}

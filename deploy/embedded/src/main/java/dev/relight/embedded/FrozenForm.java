package dev.relight.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.header.Header;

/**
 * What the first release relies on in a topic's records: members that were always there still are,
 * and each has a type that it had then. What was added since is passed by.
 */
final class FrozenForm {
  /** Their keys are ids of workers. */
  private static final Set<String> MAPS = Set.of("/acknowledged", "/looks");

  private final Set<String> headers = new TreeSet<>();
  private final Map<String, Set<JsonNodeType>> types = new HashMap<>();
  private final Map<String, Set<String>> always = new HashMap<>();

  private FrozenForm() {}

  static FrozenForm of(String topic) {
    FrozenForm form = new FrozenForm();
    List<FrozenMessage> messages = FrozenMessage.of(topic);
    form.headers.addAll(messages.get(0).headers().keySet());
    for (FrozenMessage message : messages) {
      form.headers.retainAll(message.headers().keySet());
      form.learn("", message.value());
    }
    return form;
  }

  /** What the first release would miss or not understand, a sentence each. */
  List<String> misses(Iterable<Header> present, JsonNode value) {
    List<String> missed = new ArrayList<>();
    Set<String> gone = new TreeSet<>(headers);
    present.forEach(header -> gone.remove(header.key()));
    gone.forEach(header -> missed.add("the header " + header + " is gone"));
    compare("", value, missed);
    return missed;
  }

  private void learn(String at, JsonNode node) {
    types.computeIfAbsent(at, first -> EnumSet.noneOf(JsonNodeType.class)).add(node.getNodeType());
    if (isMap(at, node) || node.isArray()) {
      node.forEach(element -> learn(at + "/*", element));
    } else if (node.isObject()) {
      Set<String> names = names(node);
      always.computeIfAbsent(at, first -> new HashSet<>(names)).retainAll(names);
      node.properties().forEach(member -> learn(at + "/" + member.getKey(), member.getValue()));
    }
  }

  private void compare(String at, JsonNode node, List<String> missed) {
    Set<JsonNodeType> known = types.get(at);
    if (known == null) {
      return;
    }
    if (!known.contains(node.getNodeType())) {
      missed.add("%s was %s, not %s".formatted(at, known, node.getNodeType()));
    } else if (isMap(at, node) || node.isArray()) {
      node.forEach(element -> compare(at + "/*", element, missed));
    } else if (node.isObject()) {
      Set<String> gone = new TreeSet<>(always.get(at));
      gone.removeAll(names(node));
      gone.forEach(name -> missed.add(at + "/" + name + " is gone"));
      node.properties()
          .forEach(member -> compare(at + "/" + member.getKey(), member.getValue(), missed));
    }
  }

  private static boolean isMap(String at, JsonNode node) {
    return node.isObject() && MAPS.contains(at);
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new HashSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}

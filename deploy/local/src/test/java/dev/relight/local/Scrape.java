package dev.relight.local;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What services told Prometheus: the labels of each metric, with the values that each has. */
final class Scrape {
  private static final Pattern LINE =
      Pattern.compile("^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? \\S+$");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_]\\w*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** What a query may have beside names of metrics and labels. */
  private static final Set<String> WORDS = Set.of("by", "without", "and", "or", "unless", "on");

  private static final Pattern STRINGS = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on)\\s*\\(([^)]*)\\)");
  private static final Pattern SELECTION = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\{([^}]*)}");
  private static final Pattern NAME =
      Pattern.compile("(?<![\\w.])([a-zA-Z_:][a-zA-Z0-9_:]*)(?!\\s*\\(|[\\w:])");

  /** Prometheus adds it to what it reads. */
  private static final String INSTANCE = "instance";

  private final Map<String, Map<String, Set<String>>> metrics = new TreeMap<>();

  static Scrape of(Collection<Service> services) throws IOException, InterruptedException {
    Scrape scrape = new Scrape();
    for (Service service : services) {
      HttpRequest request =
          HttpRequest.newBuilder(service.uri().resolve("/q/metrics"))
              .header("Accept", "text/plain")
              .build();
      HttpClient.newHttpClient().send(request, BodyHandlers.ofLines()).body().forEach(scrape::read);
    }
    return scrape;
  }

  private void read(String line) {
    Matcher matcher = LINE.matcher(line);
    if (matcher.matches()) {
      Map<String, Set<String>> labels =
          metrics.computeIfAbsent(matcher.group(1), name -> new HashMap<>());
      Matcher label = LABEL.matcher(matcher.group(2) == null ? "" : matcher.group(2));
      while (label.find()) {
        labels.computeIfAbsent(label.group(1), name -> new HashSet<>()).add(label.group(2));
      }
    }
  }

  Set<String> names() {
    return metrics.keySet();
  }

  Set<String> labels(String metric) {
    return metrics.get(metric).keySet();
  }

  /** What a query names that nobody has told. */
  Set<String> unknownIn(String query) {
    Set<String> unknown = new TreeSet<>();
    String bare = STRINGS.matcher(query).replaceAll("\"\"");
    Set<String> grouped = new TreeSet<>();
    Matcher grouping = GROUPING.matcher(bare);
    while (grouping.find()) {
      grouped.addAll(List.of(grouping.group(1).split("\\s*,\\s*")));
    }
    Set<String> known = new HashSet<>(Set.of(INSTANCE));
    Matcher name = NAME.matcher(withoutDetails(bare));
    while (name.find()) {
      if (!WORDS.contains(name.group(1))) {
        if (metrics.containsKey(name.group(1))) {
          known.addAll(labels(name.group(1)));
        } else {
          unknown.add(name.group(1));
        }
      }
    }
    grouped.stream().filter(label -> !known.contains(label)).forEach(unknown::add);
    Matcher selection = SELECTION.matcher(bare);
    while (selection.find()) {
      for (String matcher : selection.group(2).split(",")) {
        String label = matcher.split("[=!~]")[0].strip();
        if (!metrics.getOrDefault(selection.group(1), Map.of()).containsKey(label)) {
          unknown.add(selection.group(1) + "{" + label + "}");
        }
      }
    }
    return unknown;
  }

  private static String withoutDetails(String query) {
    return GROUPING
        .matcher(query)
        .replaceAll("")
        .replaceAll("\\{[^}]*}", " ")
        .replaceAll("\\[[^]]*]", " ");
  }
}

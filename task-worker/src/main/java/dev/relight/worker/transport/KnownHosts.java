package dev.relight.worker.transport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.sshd.client.config.hosts.KnownHostEntry;

/**
 * The entries of a known_hosts file, found by the names of hosts: to ask each of ten thousand
 * entries for each of ten thousand connections would cost more than all else.
 */
final class KnownHosts {
  private final Map<String, List<KnownHostEntry>> byName;

  /** Those with patterns and hashed names, which may be about any host. */
  private final List<KnownHostEntry> others;

  private KnownHosts(Map<String, List<KnownHostEntry>> byName, List<KnownHostEntry> others) {
    this.byName = byName;
    this.others = others;
  }

  static KnownHosts of(List<KnownHostEntry> entries) {
    Map<String, List<KnownHostEntry>> byName = new HashMap<>();
    List<KnownHostEntry> others = new ArrayList<>();
    for (KnownHostEntry entry : entries) {
      List<String> names = names(entry);
      if (names.isEmpty()) {
        others.add(entry);
      }
      names.forEach(name -> byName.computeIfAbsent(name, key -> new ArrayList<>()).add(entry));
    }
    return new KnownHosts(byName, others);
  }

  /** All entries that may be about this host; whether one is, the entry knows. */
  Stream<KnownHostEntry> about(String host, String ip) {
    Set<KnownHostEntry> found = new LinkedHashSet<>(named(host));
    found.addAll(named(ip));
    found.addAll(others);
    return found.stream();
  }

  private List<KnownHostEntry> named(String name) {
    return byName.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /** Without their ports; none where they do not stand there as they are. */
  private static List<String> names(KnownHostEntry entry) {
    String[] fields = entry.getConfigLine().strip().split("\\s+");
    String hosts = fields[0].startsWith("@") && fields.length > 1 ? fields[1] : fields[0];
    if (!hosts.matches("[A-Za-z0-9._:,\\[\\]-]+")) {
      return List.of();
    }
    return Stream.of(hosts.toLowerCase(Locale.ROOT).split(","))
        .map(name -> name.startsWith("[") ? name.replaceAll("^\\[(.*)](:.*)?$", "$1") : name)
        .toList();
  }
}

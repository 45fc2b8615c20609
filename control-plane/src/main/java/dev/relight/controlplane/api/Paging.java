package dev.relight.controlplane.api;

import dev.relight.controlplane.PageRequest;
import dev.relight.controlplane.task.Refusal;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.util.Set;
import java.util.TreeSet;

/**
 * The parameters that every list takes.
 *
 * @param page from 1
 * @param size elements of a page, at most {@value #MAX_SIZE}
 * @param sort {@code field}, {@code field,asc} or {@code field,desc}; null for the list's own order
 */
record Paging(
    @QueryParam("page") @DefaultValue("1") int page,
    @QueryParam("size") @DefaultValue("10") int size,
    @QueryParam("sort") String sort) {
  static final int MAX_SIZE = 2000;

  /** The page asked for, sorted by {@code defaultSort} where nothing else is said. */
  PageRequest request(Set<String> sortFields, String defaultSort) {
    if (size > MAX_SIZE) {
      throw Refusal.malformed("size", size, "must be at most " + MAX_SIZE);
    }
    String[] parts = (sort == null || sort.isBlank() ? defaultSort : sort).split(",", -1);
    String direction = parts.length == 1 ? "asc" : parts[1].toLowerCase();
    if (parts.length > 2
        || !sortFields.contains(parts[0])
        || !Set.of("asc", "desc").contains(direction)) {
      throw Refusal.malformed(
          "sort",
          sort,
          "must be one of "
              + String.join(", ", new TreeSet<>(sortFields))
              + ", followed by ,asc or ,desc if wanted");
    }
    return new PageRequest(page, size, parts[0], direction.equals("desc"));
  }
}

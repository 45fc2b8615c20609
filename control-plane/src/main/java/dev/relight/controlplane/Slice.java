package dev.relight.controlplane;

import io.quarkus.hibernate.reactive.panache.PanacheQuery;
import io.quarkus.panache.common.Page;
import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * The part of a list that was asked for, and how long the whole list is.
 *
 * @param contents the elements of the page, in the order asked for
 * @param total how many elements all pages have together
 */
public record Slice<T>(List<T> contents, long total) {

  /** What the query finds on this page. */
  public static <T> Uni<Slice<T>> of(PanacheQuery<T> query, PageRequest page) {
    return query
        .count()
        .chain(
            total ->
                // Beyond the end may be further than Hibernate counts.
                page.offset() >= total
                    ? Uni.createFrom().item(new Slice<T>(List.of(), total))
                    : query
                        .page(Page.of(page.number() - 1, page.size()))
                        .list()
                        .map(contents -> new Slice<>(contents, total)));
  }
}

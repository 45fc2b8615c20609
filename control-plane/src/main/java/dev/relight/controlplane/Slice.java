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
    Page part = Page.of(page.number() - 1, page.size());
    return query
        .count()
        .chain(total -> query.page(part).list().map(contents -> new Slice<>(contents, total)));
  }
}

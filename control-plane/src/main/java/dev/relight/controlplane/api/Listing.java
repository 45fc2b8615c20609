package dev.relight.controlplane.api;

import dev.relight.controlplane.PageRequest;
import dev.relight.controlplane.Slice;
import java.util.function.Function;

/**
 * A page of a list.
 *
 * @param contents the elements
 * @param page which page it is
 */
record Listing<T>(Iterable<T> contents, Place page) {
  /**
   * Where in the list the page is.
   *
   * @param number from 1
   * @param size elements of a full page
   * @param totalElements elements of all pages
   * @param totalPages 0 for an empty list
   */
  record Place(int number, int size, long totalElements, long totalPages) {}

  static <S, T> Listing<T> of(Slice<S> slice, PageRequest page, Function<S, T> answer) {
    return of(slice.contents().stream().map(answer).toList(), slice.total(), page);
  }

  static <T> Listing<T> of(Iterable<T> contents, long total, PageRequest page) {
    long pages = (total + page.size() - 1) / page.size();
    return new Listing<>(contents, new Place(page.number(), page.size(), total, pages));
  }
}

package dev.relight.controlplane;

import io.quarkus.panache.common.Sort;

/**
 * Which part of a list somebody asks for. The field has been checked to be one that the list can be
 * sorted by.
 *
 * @param number the page, from 1
 * @param size elements of a page, at least 1
 * @param sortField the field to sort by, as clients name it
 * @param descending whether the largest comes first
 */
public record PageRequest(int number, int size, String sortField, boolean descending) {

  /** How many elements come before the page. */
  public long offset() {
    return (number - 1L) * size;
  }

  /**
   * The order of a query whose entities have the alias {@code e}; the id decides between equals.
   */
  public Sort sort() {
    Sort.Direction direction = descending ? Sort.Direction.Descending : Sort.Direction.Ascending;
    return Sort.by("e." + sortField, direction).and("e.id", direction).disableEscaping();
  }
}

package dev.relight.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relight.controlplane.PageRequest;
import dev.relight.controlplane.Slice;
import dev.relight.controlplane.task.Refusal;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PagingTest {
  private static final Set<String> FIELDS = Set.of("id", "name");

  @Test
  void sortsAsTheListDoesWhereNothingIsSaid() {
    assertThat(new Paging(1, 10, null).request(FIELDS, "id,desc"))
        .isEqualTo(new PageRequest(1, 10, "id", true));
  }

  @Test
  void sortsAsAsked() {
    assertThat(new Paging(2, 5, "name").request(FIELDS, "id,desc"))
        .isEqualTo(new PageRequest(2, 5, "name", false));
    assertThat(new Paging(2, 5, "name,DESC").request(FIELDS, "id").descending()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"password", "id,up", "id,asc,desc", ",asc", "id;drop table host"})
  void sortsByNothingElse(String sort) {
    assertThatThrownBy(() -> new Paging(1, 10, sort).request(FIELDS, "id"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("id, name");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "10, 1", "11, 2", "20, 2"})
  void countsPages(long elements, long pages) {
    Listing<String> listing =
        Listing.of(new Slice<>(List.of(), elements), new PageRequest(1, 10, "id", false), e -> "");

    assertThat(listing.page().totalPages()).isEqualTo(pages);
  }
}

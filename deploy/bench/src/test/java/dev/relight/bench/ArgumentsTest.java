package dev.relight.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  private static final Map<String, String> PASSWORD = Map.of("RELIGHT_ADMIN_PASSWORD", "secret");

  @Test
  void measuresEverythingThatDoesNotTakeLongWhereNothingIsNamed() {
    Arguments arguments = Arguments.parse(Map.of());

    assertThat(arguments.wanted())
        .extracting(Arguments.Wanted::figure)
        .contains(Figure.submit_ms, Figure.history_ms)
        .doesNotContain(Figure.soak, Figure.overload, Figure.streams, Figure.ssh_hosts)
        .hasSize(Figure.values().length - 4);
    assertThat(arguments.quick()).isFalse();
    assertThat(arguments.running()).isEmpty();
  }

  @Test
  void takesFiguresWithTheirSizes() {
    Arguments arguments = Arguments.parse(Map.of(), "makespan_ms=1,100", "rss_mb", "--quick");

    assertThat(arguments.wanted())
        .containsExactly(
            new Arguments.Wanted(Figure.makespan_ms, List.of(1, 100)),
            new Arguments.Wanted(Figure.rss_mb, List.of()));
    assertThat(arguments.quick()).isTrue();
  }

  @Test
  void takesTheMinutesOfASoak() {
    assertThat(Arguments.parse(Map.of(), "soak", "--minutes", "5", "rss_mb").wanted())
        .containsExactly(
            new Arguments.Wanted(Figure.soak, List.of(5)),
            new Arguments.Wanted(Figure.rss_mb, List.of()));
  }

  @Test
  void givesASoakASystemThatForgets() {
    Arguments arguments = Arguments.parse(Map.of(), "submit_ms=1", "soak=60", "rss_mb");

    assertThat(arguments.bySettings().values()).extracting(List::size).containsExactly(2, 1);
    assertThat(arguments.bySettings().keySet())
        .last()
        .extracting(settings -> settings.get("relight.retention.tasks"))
        .isEqualTo("PT5M");
    assertThat(Figure.soak.settings(List.of(60), true)).containsValue("PT10S");
  }

  @Test
  void takesASystemThatRuns() {
    Arguments arguments =
        Arguments.parse(
            PASSWORD, "--url", "http://a:8080", "--database", "jdbc:x", "--kafka", "b:9092");

    assertThat(arguments.running()).map(Target::user).contains("admin");
    assertThat(arguments.running()).map(Target::bootstrapServers).contains("b:9092");
  }

  @Test
  void saysWhatIsWrong() {
    refused("There is no figure 'hops'", "hops");
    refused("'many' is not a list of whole numbers", "submit_ms=many");
    refused("--url needs a value", "--url");
    refused("--minutes needs a value", "soak", "--minutes");
    refused("'an' is not a list of whole numbers", "soak", "--minutes", "an");
    refused("A running system needs --database", "--url", "http://a:8080");
    assertThatThrownBy(
            () -> Arguments.parse(Map.of(), "--url", "u", "--database", "d", "--kafka", "k"))
        .hasMessageContaining("needs RELIGHT_ADMIN_PASSWORD");
  }

  private static void refused(String message, String... args) {
    assertThatThrownBy(() -> Arguments.parse(PASSWORD, args))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}

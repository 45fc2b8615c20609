package dev.relight.controlplane.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * While an installation is being upgraded, and when it goes back, the release before works on the
 * schema of this one: a migration only adds to it. What nobody uses any more is taken away by a
 * release whose predecessor does not use it either, and that one says so in {@link #TAKEN_AWAY}.
 */
class MigrationsTest {
  private static final Path MIGRATIONS = Path.of("src", "main", "resources", "db", "migration");

  /** Names of migrations that take away what the release before does not use. */
  private static final List<String> TAKEN_AWAY = List.of();

  /** What the release before may stumble over, and why. */
  private static final Map<Pattern, String> CONTRACTIONS =
      Map.of(
          Pattern.compile("\\bdrop (?!not null|index|constraint)"), "it may use what is dropped",
          Pattern.compile("\\brename\\b"), "it knows the old name alone",
          Pattern.compile("\\balter (column )?\\S+ (set data )?type\\b"), "it writes the old type",
          Pattern.compile("\\bset not null\\b"), "it may write null",
          Pattern.compile("\\badd (?!constraint)(?!.*\\bdefault\\b).*\\bnot null\\b"),
              "it inserts rows without the column, so that it needs a default",
          Pattern.compile("\\badd (constraint|check|unique|primary|foreign|exclude)\\b"),
              "it may write what is no longer allowed",
          Pattern.compile("\\bcreate unique index\\b"), "it may write duplicates");

  @Test
  void onlyExpandTheSchema() throws IOException {
    Map<String, String> released = released();
    for (Path file : migrations()) {
      String name = file.getFileName().toString();
      if (!released.containsKey(name) && !TAKEN_AWAY.contains(name)) {
        assertThat(contractions(Files.readString(file)))
            .as("%s leaves the release before something to run on", name)
            .isEmpty();
      }
    }
  }

  /** Flyway refuses to start on a schema that was made by another text. */
  @Test
  void areWhatTheyWereWhenTheyWereReleased() throws Exception {
    Map<String, String> now = new TreeMap<>();
    for (Path file : migrations()) {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      now.put(file.getFileName().toString(), HexFormat.of().formatHex(hash));
    }
    assertThat(now).containsAllEntriesOf(released());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drop table task;",
        "alter table task\n  drop column live;",
        "ALTER TABLE task DROP live;",
        "alter table task alter column live drop default;",
        "alter table task rename to tasks;",
        "alter table task alter column live type bigint;",
        "alter table task alter live set data type bigint;",
        "alter table task alter column executor set not null;",
        "alter table task add column a int default 0, add column b numeric(9, 2) not null;",
        "alter table task add constraint c check (live > 0);",
        "create unique index u on task (name);"
      })
  void areFoundWhereTheyTakeSomethingAway(String contraction) {
    assertThat(contractions("select 1;" + contraction)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create table shelf (id bigint primary key, name text not null unique);",
        "alter table task add column a int not null default 0, add column b text; -- drop table b",
        "alter table task alter column executor drop not null;",
        "drop index task_status; create index task_status on task (status);",
        "/* rename */ insert into outbox default values;"
      })
  void mayAddAndLoosen(String expansion) {
    assertThat(contractions(expansion)).isEmpty();
  }

  /** The clauses that take something away, each with the reason. */
  private static List<String> contractions(String sql) {
    String code = sql.replaceAll("--.*", "").replaceAll("(?s)/\\*.*?\\*/", "");
    return Arrays.stream(
            code.toLowerCase(Locale.ROOT).split(";|,(?=\\s*(add|alter|drop|rename)\\b)"))
        .map(clause -> clause.strip().replaceAll("\\s+", " "))
        .flatMap(
            clause ->
                CONTRACTIONS.entrySet().stream()
                    .filter(contraction -> contraction.getKey().matcher(clause).find())
                    .map(contraction -> clause + ": " + contraction.getValue()))
        .toList();
  }

  private static List<Path> migrations() throws IOException {
    try (Stream<Path> files = Files.list(MIGRATIONS)) {
      return files.sorted().toList();
    }
  }

  /** SHA-256 by name of file, as {@code sha256sum} writes them; a release adds its own. */
  private static Map<String, String> released() throws IOException {
    try (InputStream list = MigrationsTest.class.getResourceAsStream("released-migrations.txt")) {
      return new String(list.readAllBytes(), UTF_8)
          .lines()
          .map(line -> line.split(" +"))
          .collect(Collectors.toMap(words -> words[1], words -> words[0]));
    }
  }
}

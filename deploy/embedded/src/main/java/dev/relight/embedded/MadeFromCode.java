package dev.relight.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files, and parts of files, that are made from the code; a test of each holds it to that. */
public final class MadeFromCode {
  private static final String RENEW = "relight.renew";

  private MadeFromCode() {}

  /** Fails unless the file is this, or makes it so where that is asked for. */
  public static void whole(Path file, String shall, Class<?> test) throws IOException {
    compare(file, Files.exists(file) ? Files.readString(file) : "", shall, test);
  }

  /** The same of what stands between the two marks of this title. */
  public static void part(Path file, String title, String shall, Class<?> test) throws IOException {
    String text = Files.readString(file);
    Matcher marks =
        Pattern.compile("(?s)(<!-- %1$s: made from .*?-->\n).*(<!-- /%1$s -->\n)".formatted(title))
            .matcher(text);
    if (!marks.find()) {
      throw new AssertionError(file + " has not both marks of the " + title);
    }
    compare(
        file, text, text.substring(0, marks.end(1)) + shall + text.substring(marks.start(2)), test);
  }

  private static void compare(Path file, String is, String shall, Class<?> test)
      throws IOException {
    if (Boolean.getBoolean(RENEW)) {
      Files.writeString(file, shall);
    } else if (!is.equals(shall)) {
      throw new AssertionError(
          ("The code has changed, and %s has not; renew it with: mvn -pl :%s -am test -Dtest=%s"
                  + " -Dsurefire.failIfNoSpecifiedTests=false -D%s")
              .formatted(
                  file.normalize(),
                  Path.of("").toAbsolutePath().getFileName(),
                  test.getName(),
                  RENEW));
    }
  }
}

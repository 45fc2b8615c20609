package dev.relight.controlplane.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relight.controlplane.security.MasterKeys.Sealed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeysTest {
  private static final String OLD = "old:" + key('o');
  private static final String NEW = "new:" + key('n');

  @TempDir Path directory;

  @Test
  void decryptsWhatItEncrypted() {
    MasterKeys keys = keys(OLD);
    Sealed sealed = keys.seal("secret", "alice");

    assertThat(keys.open(sealed, "alice")).contains("secret");
    assertThat(new String(sealed.bytes(), StandardCharsets.ISO_8859_1)).doesNotContain("secret");
    assertThat(keys.seal("secret", "alice").bytes()).isNotEqualTo(sealed.bytes());
  }

  @Test
  void theNewestEncryptsAndAllDecrypt() {
    Sealed before = keys(OLD).seal("secret", "alice");
    MasterKeys rotated = keys(OLD + "," + NEW);

    assertThat(before.keyId()).isEqualTo("old");
    assertThat(rotated.open(before, "alice")).contains("secret");
    assertThat(rotated.newest()).contains("new");
    assertThat(rotated.seal("secret", "alice").keyId()).isEqualTo("new");
  }

  @Test
  void nothingElseIsDecrypted() {
    MasterKeys keys = keys(OLD);
    Sealed sealed = keys.seal("secret", "alice");
    byte[] changed = sealed.bytes().clone();
    changed[changed.length - 1] ^= 1;

    assertThat(keys.open(sealed, "bob")).isEmpty();
    assertThat(keys.open(new Sealed("old", changed), "alice")).isEmpty();
    assertThat(keys.open(new Sealed("old", new byte[3]), "alice")).isEmpty();
    assertThat(keys(NEW).open(sealed, "alice")).isEmpty();
    assertThat(keys("old:" + key('x')).open(sealed, "alice")).isEmpty();
  }

  @Test
  void aFileHasAKeyALine() throws IOException {
    Path file = file("# rotated yearly\n" + OLD + "\n\n" + NEW + "\n");

    assertThat(of(file, null).newest()).contains("new");
  }

  @Test
  void noKeyIsNeededUntilSomethingIsToBeEncrypted() {
    assertThat(of(null, null).newest()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bm8taWQ=",
        ":bm8taWQ=",
        "short:c2VjcmV0",
        "no-base64:!secret",
        "a b:c2VjcmV0",
        "twice:b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xkLW9sZCE="
            + ",twice:b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xkLW9sZCE="
      })
  void aKeyThatIsNotOneIsToldWithoutSayingIt(String written) {
    assertThatThrownBy(() -> keys(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("relight.security.master-keys")
        .hasMessageNotContaining(written.substring(written.indexOf(':') + 1));
  }

  @Test
  void aFileWithoutAKeyIsRefused() throws IOException {
    Path empty = file("# nothing\n");
    Path missing = directory.resolve("missing");

    assertThatThrownBy(() -> of(empty, null)).hasMessageContaining(empty + " has no key");
    assertThatThrownBy(() -> of(missing, null)).hasMessageContaining(missing + " cannot be read");
  }

  @Test
  void keysComeFromOnePlace() throws IOException {
    Path file = file(OLD);

    assertThatThrownBy(() -> of(file, NEW)).hasMessageContaining("only one");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("keys"), text);
  }

  private static MasterKeys keys(String written) {
    return of(null, written);
  }

  private static MasterKeys of(Path file, String written) {
    return new MasterKeys(
        new MasterKeyConfig() {
          @Override
          public Optional<Path> masterKeyFile() {
            return Optional.ofNullable(file);
          }

          @Override
          public Optional<String> masterKeys() {
            return Optional.ofNullable(written);
          }
        });
  }

  private static String key(char letter) {
    byte[] bytes = String.valueOf(letter).repeat(32).getBytes(StandardCharsets.US_ASCII);
    return Base64.getEncoder().encodeToString(bytes);
  }
}

package dev.relight.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"user\":\"root\",\"password\": \"s3 cret\"} | {\"user\":\"root\",\"password\": ***}",
        "DB_PASSWORD='s3 cret' sh | DB_PASSWORD=*** sh",
        "start --password s3cret --port 1 | start --password *** --port 1",
        "secretKey=s3cret, retry | secretKey=***, retry",
        "access_key : s3cret | access_key : ***",
        "Authorization: Basic cm9vdDpzM2NyZXQ= sent | Authorization: Basic *** sent",
        "token=Bearer s3cret.s3cret.s3cret | token=*** ***",
        "mysql://root:s3cret@db:3306/x | mysql://root:***@db:3306/x",
        "-----BEGIN RSA PRIVATE KEY----- s3cret | ***"
      })
  void masksTheValueAndLeavesTheRest(String text, String masked) {
    assertThat(Secrets.masked(text)).isEqualTo(masked).doesNotContain("s3");
  }

  @Test
  void masksAKeyOfManyLines() {
    assertThat(
            Secrets.masked("a\n-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----\nb"))
        .doesNotContain("s3cret")
        .startsWith("a\n***")
        .endsWith("\nb");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The password of 'demo' cannot be read from /etc/x: NoSuchFileException",
        "The worker has no credential 'demo'",
        "agentctl service start ob_cleaner",
        "http://10.0.0.1:62888/api/v1/agent"
      })
  void leavesEverythingElse(String text) {
    assertThat(Secrets.masked(text)).isEqualTo(text);
  }
}

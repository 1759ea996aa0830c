package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenTest {
  @TempDir Path folder;

  @Test
  void writesANewTokenThatOnlyThisUserCanRead() throws IOException {
    Path file = folder.resolve("new/token");
    Token token = Token.generate(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(token.matches("Bearer " + new SecretFile(file).read())).isTrue();
  }

  @Test
  void createsDistinctTokens() throws IOException {
    Token first = Token.generate(folder.resolve("token"));
    Token second = Token.generate(folder.resolve("token"));

    assertThat(second.matches(first.header())).isFalse();
  }

  @Test
  void matchesOnlyTheWholeSecretInTheBearerScheme() throws IOException {
    Token token = Token.of(new SecretFile(Files.writeString(folder.resolve("t"), "hunter2\n")));

    assertThat(token.matches("Bearer hunter2")).isTrue();
    assertThat(token.matches("Bearer hunter")).isFalse();
    assertThat(token.matches("Bearer ")).isFalse();
    assertThat(token.matches("Basic hunter2")).isFalse();
    assertThat(token.matches("hunter2")).isFalse();
  }

  /** The client's own message about such a header would show the secret. */
  @ParameterizedTest
  @ValueSource(
      strings = {"hunter2\u20AC", "h\u00FCnter2", "hunter\r2", "hunter\u00002", "hunter\u007F2"})
  void refusesWhatAHeaderCannotHoldWithoutShowingIt(String secret) throws IOException {
    SecretFile file = new SecretFile(Files.writeString(folder.resolve("t"), secret));

    assertThatThrownBy(() -> Token.of(file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContainingAny("hunter", "nter");
  }

  @Test
  void neverShowsItsSecret() throws IOException {
    Token token = Token.of(new SecretFile(Files.writeString(folder.resolve("t"), "hunter2\n")));

    assertThat(token).hasToString("Token[hidden]");
  }
}

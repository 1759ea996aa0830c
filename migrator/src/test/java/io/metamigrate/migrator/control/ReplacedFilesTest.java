package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.Fault;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class ReplacedFilesTest {
  @TempDir Path folder;

  private final List<String> inUse = new ArrayList<>();
  private final List<Optional<String>> refusals = new ArrayList<>();
  private Path certificate = Path.of("unset");
  private Path key = Path.of("unset");

  @BeforeEach
  void writeFiles() throws IOException {
    certificate = Files.writeString(folder.resolve("certificate"), "1");
    key = Files.writeString(folder.resolve("key"), "1");
  }

  private ReplacedFiles files() {
    return new ReplacedFiles("control.tls", List.of(certificate, key), this::read, refusals::add);
  }

  private void read() {
    try {
      String shown = Files.readString(certificate);
      if (!shown.equals(Files.readString(key))) {
        throw new ConfigurationException(new Fault("control.tls", "", "not its key"));
      }
      inUse.add(shown);
    } catch (IOException e) {
      throw new ConfigurationException(new Fault("control.tls", "", "unreadable"));
    }
  }

  @Test
  void readsOnlyWhatHasChanged() throws IOException {
    assertReadOnceReplaced();
  }

  private void assertReadOnceReplaced() throws IOException {
    ReplacedFiles files = files();
    files.check();
    files.check();
    Files.writeString(certificate, "22");
    Files.writeString(key, "22");
    files.check();
    files.check();

    assertThat(inUse).containsExactly("1", "22");
  }

  /** Such as that of Windows; here it is a zip file. */
  @Test
  void readsFilesOfAFileSystemWithoutUnixAttributes() throws IOException {
    try (FileSystem other =
        FileSystems.newFileSystem(folder.resolve("other.zip"), Map.of("create", "true"))) {
      assertThat(other.supportedFileAttributeViews()).doesNotContain("unix");
      certificate = Files.writeString(other.getPath("/certificate"), "1");
      key = Files.writeString(other.getPath("/key"), "1");
      assertReadOnceReplaced();
    }
  }

  @Test
  void keepsEarlierOnesUntilAllFitTogether() throws IOException {
    ReplacedFiles files = files();
    files.check();
    Files.writeString(certificate, "22");
    files.check();
    files.check();
    assertThat(inUse).containsExactly("1");

    Files.writeString(key, "22");
    files.check();
    assertThat(inUse).containsExactly("1", "22");
  }

  @Test
  void reportsRefusalOnceAndThatFilesAreUsableAgain() throws IOException {
    ReplacedFiles files = files();
    files.check();
    Files.writeString(certificate, "22");
    files.check();
    assertThat(refusals).as("the key may be on its way").isEmpty();
    files.check();
    files.check();
    assertThat(refusals).containsExactly(Optional.of("control.tls: not its key"));

    Files.writeString(key, "22");
    files.check();
    assertThat(refusals.get(1)).isEmpty();
    assertThat(refusals).hasSize(2);
  }

  @Test
  void readsFileAgainIfItsModeChanges() throws IOException {
    ReplacedFiles files = files();
    files.check();
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-rw-rw-"));
    files.check();

    assertThat(inUse).containsExactly("1", "1");
  }

  /** Kubernetes replaces a link to a folder; a file of the same size is another one. */
  @Test
  void seesReplacedLinkAndFileOfTheSameSize() throws IOException {
    Path next = Files.writeString(folder.resolve("next"), "2");
    Path link = Files.createSymbolicLink(folder.resolve("link"), certificate);
    ReplacedFiles files =
        new ReplacedFiles(
            "control.tokens", List.of(link), () -> inUse.add(link.toString()), refusals::add);
    files.check();
    Files.setLastModifiedTime(next, Files.getLastModifiedTime(certificate));
    Files.delete(link);
    Files.createSymbolicLink(link, next);
    files.check();

    assertThat(inUse).hasSize(2);
  }

  @Test
  void fileThatIsGoneOrBlocksChangesNothing() throws Exception {
    ReplacedFiles files = files();
    files.check();
    Files.delete(key);
    files.check();
    assertThat(new ProcessBuilder("mkfifo", key.toString()).start().waitFor()).isZero();
    files.check();
    files.check();

    assertThat(inUse).containsExactly("1");
  }

  @Test
  void withoutFilesNothingIsRead() {
    new ReplacedFiles("control.tls", List.of(), this::read, refusals::add).check();

    assertThat(inUse).isEmpty();
  }
}

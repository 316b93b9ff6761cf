package toolr0.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path folder;

  @Test
  void writesAndReplacesAFileInAFolderThatIsMade() throws IOException {
    Path file = folder.resolve("a/b/c.txt");
    AtomicFiles.writeText(file, "first");
    AtomicFiles.writeText(file, "zweiter \u00e4");
    assertThat(Files.readString(file)).isEqualTo("zweiter \u00e4");
    assertThat(names(folder.resolve("a/b"))).containsExactly("c.txt");
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNoRest() throws IOException {
    Path file = folder.resolve("model.bin");
    AtomicFiles.writeText(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(Files.readString(file)).isEqualTo("old");
    assertThat(names(folder)).containsExactly("model.bin");
  }

  @Test
  void appendsLinesAndCutsATornLastLine() throws IOException {
    Path file = folder.resolve("events.jsonl");
    AtomicFiles.appendLine(file, "{\"a\":1}");
    AtomicFiles.appendLine(file, "{\"a\":2}");
    Files.writeString(file, Files.readString(file) + "x".repeat(10_000));
    AtomicFiles.appendLine(file, "{\"a\":3}");
    assertThat(Files.readAllLines(file)).containsExactly("{\"a\":1}", "{\"a\":2}", "{\"a\":3}");
    AtomicFiles.appendLines(file, List.of("4", "5"));
    assertThat(Files.readAllLines(file)).hasSize(5).endsWith("4", "5");
  }

  @Test
  void aTornFirstLineIsCutToo() throws IOException {
    Path file = folder.resolve("events.jsonl");
    Files.writeString(file, "{\"torn");
    AtomicFiles.appendLine(file, "{}");
    assertThat(Files.readString(file)).isEqualTo("{}\n");
  }

  @Test
  void refusesALineWithABreak() {
    assertThatThrownBy(() -> AtomicFiles.appendLine(folder.resolve("x"), "a\nb"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFileHasThePermissionsOfAnyOther() throws IOException {
    AtomicFiles.writeText(folder.resolve("atomic"), "x");
    Files.writeString(folder.resolve("plain"), "x");
    assertThat(Files.getPosixFilePermissions(folder.resolve("atomic")))
        .isEqualTo(Files.getPosixFilePermissions(folder.resolve("plain")));
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }
}

package toolr0.torch.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {

  @TempDir Path parent;

  private Path target() {
    return parent.resolve("checkpoint");
  }

  private static void fill(Path folder, String text) throws IOException {
    Files.createDirectories(folder.resolve("sub"));
    Files.writeString(folder.resolve("sub/file"), text);
  }

  private String content() throws IOException {
    return Files.readString(target().resolve("sub/file"));
  }

  private void assertNothingElse() throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      assertThat(files).containsExactly(target());
    }
  }

  @Test
  void aFolderIsWrittenAndReplaced() throws IOException {
    AtomicFolder.write(target(), folder -> fill(folder, "one"));
    assertThat(content()).isEqualTo("one");
    AtomicFolder.write(
        target(),
        folder -> {
          assertThat(content()).isEqualTo("one");
          fill(folder, "two");
        });
    assertThat(content()).isEqualTo("two");
    assertNothingElse();
  }

  @Test
  void aFailureLeavesTheOldFolder() throws IOException {
    AtomicFolder.write(target(), folder -> fill(folder, "one"));
    assertThatThrownBy(
            () ->
                AtomicFolder.write(
                    target(),
                    folder -> {
                      fill(folder, "two");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(CheckpointWriteException.class)
        .hasMessageContaining(target().toString())
        .hasMessageContaining("No space left on device");
    assertThat(content()).isEqualTo("one");
    assertNothingElse();
  }

  @Test
  void killedWhileFillingTheOldFolderStands() throws IOException {
    fill(target(), "old");
    fill(parent.resolve(".checkpoint.partial"), "ha");
    AtomicFolder.recover(target());
    assertThat(content()).isEqualTo("old");
    AtomicFolder.write(target(), folder -> fill(folder, "next"));
    assertThat(content()).isEqualTo("next");
    assertNothingElse();
  }

  @Test
  void killedBetweenTheRenamesTheNewFolderTakesItsPlace() throws IOException {
    fill(parent.resolve(".checkpoint.old"), "old");
    fill(parent.resolve(".checkpoint.new"), "new");
    AtomicFolder.recover(target());
    assertThat(content()).isEqualTo("new");
    AtomicFolder.write(target(), folder -> fill(folder, "next"));
    assertNothingElse();
  }

  @Test
  void killedBeforeTheOldFolderWentTheNewOneStands() throws IOException {
    fill(target(), "new");
    fill(parent.resolve(".checkpoint.old"), "old");
    AtomicFolder.recover(target());
    assertThat(content()).isEqualTo("new");
  }

  @Test
  void aFirstFolderCutOffIsNotThere() throws IOException {
    fill(parent.resolve(".checkpoint.partial"), "ha");
    AtomicFolder.recover(target());
    assertThat(target()).doesNotExist();
    AtomicFolder.write(target(), folder -> fill(folder, "whole"));
    assertThat(content()).isEqualTo("whole");
    assertThat(target().resolve("sub")).isDirectoryContaining("glob:**/file");
    assertNothingElse();
  }
}

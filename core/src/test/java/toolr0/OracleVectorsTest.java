package toolr0;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OracleVectorsTest {
  private static final Map<String, OracleVectors.Check> CHECKS =
      Map.of(
          "sum",
          vector ->
              OracleVectors.number(
                  "sum", vector.input().required("a").asDouble(), vector.expected()));

  @TempDir private Path folder;

  private Path file(String lines) throws IOException {
    return Files.writeString(folder.resolve("made.jsonl"), lines);
  }

  @Test
  void aFileWithoutACaseToCheckFails() throws IOException {
    Path empty = file("");
    assertThatThrownBy(() -> OracleVectors.verify(empty, CHECKS, false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("cases to check in " + empty);
    Path others = file("{\"id\":\"a/other/1\",\"input\":{},\"expected\":1}\n");
    assertThatThrownBy(() -> OracleVectors.verify(others, CHECKS, true))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("cases to check");
    assertThatThrownBy(() -> OracleVectors.verify(others, CHECKS, false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("there is no check for this category");
  }

  @Test
  void disagreementsFailUnlessTheyAreQuirks() throws IOException {
    String line = "{\"id\":\"a/sum/%d\",\"input\":{\"a\":%d},\"expected\":1,\"tags\":[%s]}\n";
    Path right = file(line.formatted(1, 1, "") + line.formatted(2, 5, "\"quirk_python\""));
    assertThatCode(() -> OracleVectors.verify(right, CHECKS, false)).doesNotThrowAnyException();
    Path wrong = file(line.formatted(1, 1, "") + line.formatted(2, 5, ""));
    assertThatThrownBy(() -> OracleVectors.verify(wrong, CHECKS, false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a/sum/2: sum is 5.0 instead of 1");
  }

  @Test
  void aMissingFileChecksNothing() {
    assertThatCode(
            () ->
                OracleVectors.verify(
                    folder.resolve("missing.jsonl"),
                    Map.of("sum", vector -> Optional.of("never looked at")),
                    false))
        .doesNotThrowAnyException();
  }
}

package toolr0.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTest {

  @Test
  void countsCodePoints() {
    assertThat(Text.length("a\ud83d\ude97b")).isEqualTo(3);
    assertThat(Text.shorten("a\ud83d\ude97bcd", 2)).isEqualTo("a\ud83d\ude97...");
    assertThat(Text.shorten("ab", 2)).isEqualTo("ab");
  }

  @Test
  void collapsesEveryKindOfWhiteSpace() {
    assertThat(Text.collapse(" \u00a0a\t\r\n b\u2003\u3000c ")).isEqualTo("a b c");
    assertThat(Text.strip("\u00a0 a b\u2003")).isEqualTo("a b");
    assertThat(Text.collapse("")).isEmpty();
  }

  @Test
  void foldsCaseAndCompatibilityVariants() {
    assertThat(Text.fold("STRASSE")).isEqualTo(Text.fold("stra\u00dfe"));
    assertThat(Text.fold("\uff15\ufb01")).isEqualTo("5fi");
    assertThat(Text.fold("\u03a3\u03bf\u03c6\u03cc\u03c2"))
        .isEqualTo(Text.fold("\u03c3\u03bf\u03c6\u03cc\u03c3"));
    assertThat(Text.fold("\u0131")).isNotEqualTo("i");
  }

  @Test
  void hashesAreThoseOfTheStandard(@TempDir Path folder) throws IOException {
    assertThat(Hashes.sha256("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(Hashes.sha1("abc")).isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
    Path file = folder.resolve("f");
    Files.writeString(file, "abc");
    assertThat(Hashes.sha256(file)).isEqualTo(Hashes.sha256("abc"));
  }
}

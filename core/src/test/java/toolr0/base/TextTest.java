package toolr0.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Locale;
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
  void everyCharacterHasItsLowerAndUpperCaseAndIsFoldedByThem() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c != 0x131 && !Character.isSurrogate((char) c)) {
        String one = Character.toString(c);
        assertThat(Text.foldCase(one))
            .as("U+%04X", c)
            .isEqualTo(one.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
        assertThat(Text.lowerCase(one)).as("U+%04X", c).isEqualTo(one.toLowerCase(Locale.ROOT));
        assertThat(Text.upperCase(one)).as("U+%04X", c).isEqualTo(one.toUpperCase(Locale.ROOT));
      }
    }
  }

  @Test
  void aSigmaIsFinalBehindALetterAndNotBeforeOne() {
    assertThat(Text.lowerCase("\u039f\u0394\u039f\u03a3 \u03a3\u039f\u03a3 \u03a3"))
        .isEqualTo("\u03bf\u03b4\u03bf\u03c2 \u03c3\u03bf\u03c2 \u03c3");
    assertThat(Text.lowerCase("A\u03a3'B, A\u03a3', A\u0301\u03a3\u0301. \u0130"))
        .isEqualTo("a\u03c3'b, a\u03c2', a\u0301\u03c2\u0301. i\u0307");
  }

  @Test
  void marksAreOrderedAndLongRunsOfThemParted() {
    String run = "a" + "\u0301\u0316".repeat(15);
    assertThat(Text.normalize(run, Normalizer.Form.NFC))
        .isEqualTo("\u00e1" + "\u0316".repeat(15) + "\u0301".repeat(14));
    assertThat(Text.normalize(run + "\u0316\u0301b", Normalizer.Form.NFC))
        .isEqualTo("\u00e1" + "\u0316".repeat(15) + "\u0301".repeat(14) + "\u034f\u0316\u0301b");
    String normal = Text.normalize("a" + "\u0301\u0316".repeat(50_000), Normalizer.Form.NFKC);
    assertThat(Text.normalize(normal, Normalizer.Form.NFKC)).isEqualTo(normal);
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

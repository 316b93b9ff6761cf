package toolr0.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {

  @Test
  void textsThatDifferInDigitsCaseAndSpaceAreTheSame() {
    NearDuplicates seen = new NearDuplicates(0.8, 3);
    assertThat(seen.addUnlessFound("Book 2 seats for  Rome")).isEmpty();
    assertThat(seen.addUnlessFound("book 7 seats for ROME")).hasValue(0);
    assertThat(seen.addUnlessFound("Cancel my order ORD-1 today")).isEmpty();
    assertThat(seen.size()).isEqualTo(2);
    assertThat(seen.find("cancel my order ORD-9 today")).hasValue(1);
    assertThat(seen.find("Something else altogether")).isEmpty();
  }

  @Test
  void similarityIsTheShareOfCommonGrams() {
    assertThat(NearDuplicates.similarity("abc", "abc", 3)).isEqualTo(1);
    assertThat(NearDuplicates.similarity("abc", "xyz", 3)).isZero();
    assertThat(NearDuplicates.similarity("abcd", "abce", 3)).isEqualTo(2 / 6.0, within(1e-12));
  }

  @Test
  void theBandsFindWhatComparingAllPairsFinds() {
    SplittableRandom random = new SplittableRandom(3);
    List<String> texts = new ArrayList<>();
    NearDuplicates seen = new NearDuplicates(0.7, 3);
    int found = 0;
    for (int i = 0; i < 150; i++) {
      String text =
          texts.isEmpty() || random.nextBoolean()
              ? randomText(random)
              : changed(texts.get(random.nextInt(texts.size())), random);
      double best =
          texts.stream().mapToDouble(t -> NearDuplicates.similarity(t, text, 3)).max().orElse(0);
      OptionalInt similar = seen.addUnlessFound(text);
      assertThat(similar.isPresent()).as("similarity %f of %s", best, text).isEqualTo(best >= 0.7);
      if (similar.isEmpty()) {
        texts.add(text);
      } else {
        found++;
        assertThat(NearDuplicates.similarity(texts.get(similar.getAsInt()), text, 3))
            .isEqualTo(best);
      }
    }
    assertThat(found).isGreaterThan(10);
  }

  private static String randomText(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      text.append((char) ('a' + random.nextInt(20)));
    }
    return text.toString();
  }

  private static String changed(String text, SplittableRandom random) {
    StringBuilder out = new StringBuilder(text);
    for (int i = 0; i < random.nextInt(8); i++) {
      out.setCharAt(random.nextInt(out.length()), 'z');
    }
    return out.toString();
  }
}

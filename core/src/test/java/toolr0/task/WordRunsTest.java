package toolr0.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WordRunsTest {

  @Test
  void findsWhatStandsInARow() {
    WordRuns runs = new WordRuns(List.of("to", "be", "or", "not", "to", "be"));
    assertThat(runs.contains(List.of("or", "not"))).isTrue();
    assertThat(runs.contains(List.of("not", "to", "be"))).isTrue();
    assertThat(runs.contains(List.of("be", "not"))).isFalse();
    assertThat(runs.contains(List.of("to", "be", "to"))).isFalse();
    assertThat(runs.contains(List.of())).isTrue();
    assertThat(new WordRuns(List.of()).contains(List.of("to"))).isFalse();
  }

  @Test
  void agreesWithASearchFromEveryPlace() {
    SplittableRandom random = new SplittableRandom(5);
    int found = 0;
    for (int round = 0; round < 20_000; round++) {
      int letters = 1 + random.nextInt(3);
      List<String> text = words(random, random.nextInt(15), letters);
      List<String> run = words(random, random.nextInt(6), letters);
      boolean expected = Collections.indexOfSubList(text, run) >= 0;
      assertThat(new WordRuns(text).contains(run)).as("%s in %s", run, text).isEqualTo(expected);
      found += expected ? 1 : 0;
    }
    assertThat(found).isBetween(5_000, 15_000);
  }

  private static List<String> words(SplittableRandom random, int size, int letters) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      words.add(Character.toString('a' + random.nextInt(letters)));
    }
    return words;
  }
}

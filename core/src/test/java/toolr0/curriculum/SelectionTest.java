package toolr0.curriculum;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toolr0.base.Seed;
import toolr0.reward.Agreement;
import toolr0.task.Fingerprint;
import toolr0.task.Validation;
import toolr0.testsupport.ToyTasks;

class SelectionTest {
  private static DatasetConfig config(int nFinal) {
    return config(nFinal, SelectionRule.BALANCED, 1);
  }

  private static DatasetConfig config(int nFinal, SelectionRule selection, double maxDomainShare) {
    return new DatasetConfig(
        10_000,
        nFinal,
        0.7,
        100,
        10,
        10,
        0.7,
        100,
        0.2,
        1,
        0.75,
        0.45,
        0.2,
        0.5,
        0.3,
        0.7,
        0,
        Validation.CHECKED,
        Fingerprint.Part.COMBINED,
        1,
        false,
        Agreement.FULL_CALLS,
        1,
        false,
        DifficultySource.PASS_AT_K,
        ConfidenceBlend.published(),
        selection,
        maxDomainShare,
        TaskOrder.EASY_TO_HARD);
  }

  private static List<CuratedTask> pool(int size, int domains) {
    SplittableRandom random = new SplittableRandom(5);
    List<CuratedTask> pool = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int successes = 2 + random.nextInt(9);
      pool.add(
          new CuratedTask(
              i,
              "domain" + random.nextInt(domains),
              ToyTasks.task("train", "Q" + i),
              successes,
              10,
              Difficulty.of(successes / 10.0, config(1))));
    }
    return pool;
  }

  private static List<CuratedTask> select(List<CuratedTask> pool, int nFinal, int domains) {
    return select(pool, config(nFinal), domains);
  }

  private static List<CuratedTask> select(
      List<CuratedTask> pool, DatasetConfig config, int domains) {
    Map<String, Double> weights = new TreeMap<>();
    for (int d = 0; d < domains; d++) {
      weights.put("domain" + d, 1.0 / domains);
    }
    return new Selection(config, weights, new Seed(1)).select(pool);
  }

  private static long count(List<CuratedTask> tasks, Difficulty difficulty) {
    return tasks.stream().filter(t -> t.difficulty() == difficulty).count();
  }

  @Test
  void theMixIsKeptExactlyWhenThereIsEnoughOfEverything() {
    List<CuratedTask> chosen = select(pool(2000, 8), 200, 8);
    assertThat(chosen).hasSize(200);
    assertThat(count(chosen, Difficulty.EASY)).isEqualTo(40);
    assertThat(count(chosen, Difficulty.MEDIUM)).isEqualTo(100);
    assertThat(count(chosen, Difficulty.HARD)).isEqualTo(60);
  }

  @Test
  void theMixIsKeptEvenWithFewTasksInEachDomain() {
    List<CuratedTask> chosen = select(pool(3000, 30), 60, 30);
    assertThat(count(chosen, Difficulty.EASY)).isEqualTo(12);
    assertThat(count(chosen, Difficulty.MEDIUM)).isEqualTo(30);
    assertThat(count(chosen, Difficulty.HARD)).isEqualTo(18);
  }

  @Test
  void theOrderIsEasyToHard() {
    assertThat(select(pool(500, 4), 100, 4))
        .isSortedAccordingTo(Comparator.comparingDouble(CuratedTask::successRate).reversed());
  }

  @ParameterizedTest
  @EnumSource(SelectionRule.class)
  void aCapKeepsDomainsFromFillingThePlacesOfOthers(SelectionRule rule) {
    List<CuratedTask> pool = new ArrayList<>(pool(300, 1));
    pool(40, 4).stream().filter(t -> !t.domain().equals("domain0")).forEach(pool::add);
    List<CuratedTask> free = select(pool, config(100, rule, 1), 4);
    assertThat(free).hasSize(100);
    assertThat(free.stream().filter(t -> t.domain().equals("domain0")).count()).isGreaterThan(60);
    List<CuratedTask> capped = select(pool, config(100, rule, 0.4), 4);
    assertThat(capped.stream().filter(t -> t.domain().equals("domain0"))).hasSize(40);
    assertThat(capped.stream().filter(t -> !t.domain().equals("domain0")))
        .hasSameSizeAs(pool.subList(300, pool.size()));
  }

  @ParameterizedTest
  @EnumSource(SelectionRule.class)
  void aCapLeavesADomainWhatItsWeightAsksFor(SelectionRule rule) {
    List<CuratedTask> pool = pool(600, 3);
    List<CuratedTask> capped = select(pool, config(100, rule, 0.25), 3);
    assertThat(capped).hasSize(100);
    for (int d = 0; d < 3; d++) {
      String domain = "domain" + d;
      assertThat(capped.stream().filter(t -> t.domain().equals(domain)).count())
          .isBetween(33L, 34L);
    }
  }

  @Test
  void fewerTasksThanWantedAreAllTaken() {
    List<CuratedTask> pool = pool(37, 4);
    assertThat(select(pool, 100, 4)).containsExactlyInAnyOrderElementsOf(pool);
    assertThat(select(List.of(), 100, 4)).isEmpty();
  }

  @Test
  void noTaskIsTakenTwice() {
    assertThat(select(pool(150, 3), 100, 3)).doesNotHaveDuplicates().hasSize(100);
  }
}

package toolr0.curriculum;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.base.Seed;

/**
 * Chooses the tasks of a dataset: quotas by domain, inside them the wanted mix of difficulties, and
 * all of it put in order (method section 5.3).
 */
final class Selection {
  private final DatasetConfig config;
  private final Map<String, Double> domainWeights;
  private final Seed seed;

  Selection(DatasetConfig config, Map<String, Double> domainWeights, Seed seed) {
    this.config = config;
    this.domainWeights = domainWeights;
    this.seed = seed;
  }

  /** At most {@code n_final} tasks of the pool, in the order of the dataset. */
  List<CuratedTask> select(List<CuratedTask> pool) {
    List<CuratedTask> chosen =
        switch (config.selection()) {
          case BALANCED -> balanced(pool);
          case QUOTAS -> byQuotas(pool);
        };
    chosen.sort(
        switch (config.order()) {
          case EASY_TO_HARD ->
              Comparator.comparingDouble(CuratedTask::successRate)
                  .reversed()
                  .thenComparingInt(CuratedTask::index);
          case BY_DOMAIN ->
              Comparator.<CuratedTask>comparingInt(task -> place(task.domain()))
                  .thenComparing(CuratedTask::domain)
                  .thenComparing(CuratedTask::difficulty);
        });
    return List.copyOf(chosen);
  }

  /** The place of a domain among the weights, after all of them when it has none. */
  private int place(String domain) {
    int place = List.copyOf(domainWeights.keySet()).indexOf(domain);
    return place < 0 ? domainWeights.size() : place;
  }

  private int capped(String domain, int tasks) {
    double all = domainWeights.values().stream().mapToDouble(Double::doubleValue).sum();
    return config.capped(tasks, all > 0 ? domainWeights.getOrDefault(domain, 0.0) / all : 0);
  }

  private List<CuratedTask> byQuotas(List<CuratedTask> pool) {
    SequencedMap<String, List<CuratedTask>> byDomain = new LinkedHashMap<>();
    pool.forEach(task -> byDomain.computeIfAbsent(task.domain(), d -> new ArrayList<>()).add(task));
    SequencedMap<String, Integer> available = new LinkedHashMap<>();
    byDomain.forEach((domain, tasks) -> available.put(domain, capped(domain, tasks.size())));
    List<CuratedTask> chosen = new ArrayList<>();
    DomainQuotas.of(available, domainWeights, config.nFinal(), SelectionRule.QUOTAS)
        .forEach(
            (domain, quota) -> {
              DifficultyTargets targets =
                  DifficultyTargets.of(
                      quota, config.mixEasy(), config.mixMedium(), config.mixHard());
              Map<Difficulty, Integer> wanted = new EnumMap<>(Difficulty.class);
              for (Difficulty difficulty : Difficulty.values()) {
                wanted.put(difficulty, targets.of(difficulty));
              }
              List<CuratedTask> tasks = byDomain.getOrDefault(domain, List.of());
              chosen.addAll(choose(shuffled(domain, tasks), quota, wanted));
            });
    return chosen;
  }

  private List<CuratedTask> shuffled(String domain, List<CuratedTask> tasks) {
    List<CuratedTask> shuffled = new ArrayList<>(tasks);
    Collections.shuffle(shuffled, new Random(seed.derive(domain).value()));
    return shuffled;
  }

  private List<CuratedTask> balanced(List<CuratedTask> pool) {
    SortedMap<String, List<CuratedTask>> byDomain = new TreeMap<>();
    for (CuratedTask task : pool) {
      byDomain.computeIfAbsent(task.domain(), d -> new ArrayList<>()).add(task);
    }
    SortedMap<String, Integer> available = new TreeMap<>();
    byDomain.forEach((domain, tasks) -> available.put(domain, capped(domain, tasks.size())));
    Map<String, Integer> quotas =
        DomainQuotas.of(
            available, new TreeMap<>(domainWeights), config.nFinal(), SelectionRule.BALANCED);

    List<CuratedTask> chosen = new ArrayList<>();
    int asked = 0;
    int easyAsked = 0;
    int mediumAsked = 0;
    for (Map.Entry<String, List<CuratedTask>> entry : byDomain.entrySet()) {
      int quota = quotas.getOrDefault(entry.getKey(), 0);
      asked += quota;
      Map<Difficulty, Integer> wanted = new EnumMap<>(Difficulty.class);
      int easy = Math.min(quota, (int) Math.rint(config.mixEasy() * asked) - easyAsked);
      int medium =
          Math.min(quota - easy, (int) Math.rint(config.mixMedium() * asked) - mediumAsked);
      wanted.put(Difficulty.EASY, easy);
      wanted.put(Difficulty.MEDIUM, medium);
      wanted.put(Difficulty.HARD, quota - easy - medium);
      easyAsked += easy;
      mediumAsked += medium;
      chosen.addAll(choose(shuffled(entry.getKey(), entry.getValue()), quota, wanted));
    }
    return chosen;
  }

  private static List<CuratedTask> choose(
      List<CuratedTask> tasks, int quota, Map<Difficulty, Integer> wanted) {
    List<CuratedTask> chosen = new ArrayList<>();
    List<CuratedTask> left = new ArrayList<>();
    Map<Difficulty, Integer> open = new EnumMap<>(wanted);
    for (CuratedTask task : tasks) {
      if (open.getOrDefault(task.difficulty(), 0) > 0) {
        open.merge(task.difficulty(), -1, Integer::sum);
        chosen.add(task);
      } else {
        left.add(task);
      }
    }
    int gap = quota - chosen.size();
    chosen.addAll(left.subList(0, gap));
    return chosen;
  }
}

package toolr0.curriculum;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The quotas of the domains (method section 5.3). Domains of equal weight and equal headroom come
 * in the order of the weights, those without a weight after them.
 */
final class DomainQuotas {
  private final SequencedMap<String, Integer> available = new LinkedHashMap<>();
  private final Map<String, Double> weights;
  private final SequencedMap<String, Integer> quotas = new LinkedHashMap<>();
  private int missing;

  private DomainQuotas(
      SequencedMap<String, Integer> available, Map<String, Double> weights, int total) {
    this.weights = weights;
    weights.keySet().stream()
        .filter(available::containsKey)
        .forEach(domain -> this.available.put(domain, available.getOrDefault(domain, 0)));
    available.forEach(this.available::putIfAbsent);
    this.missing = total;
  }

  /**
   * How many tasks each domain gives: the share of its weight, rounded half to even and capped by
   * what it has; what is missing goes one by one to the domains by weight, then by what they have
   * left, round by round. Where no domain has a weight, all start alike, rounded down; without any
   * weight at all the rest goes one by one to the domain that has most left.
   *
   * @param available tasks of each domain, at least 0
   * @param weights at least 0; a domain without one has weight 0
   * @param wanted tasks altogether; fewer when there are not as many
   * @param rule whether what rounding gives too much is taken back one by one, round by round, from
   *     the last domain on, or, as published, from the last domain as far as it goes
   */
  static SequencedMap<String, Integer> of(
      SequencedMap<String, Integer> available,
      Map<String, Double> weights,
      int wanted,
      SelectionRule rule) {
    int have = available.values().stream().mapToInt(Integer::intValue).sum();
    return new DomainQuotas(available, weights, Math.min(wanted, have)).compute(rule);
  }

  private SequencedMap<String, Integer> compute(SelectionRule rule) {
    int total = missing;
    double sum = available.keySet().stream().mapToDouble(this::weight).sum();
    available.forEach(
        (domain, have) ->
            add(
                domain,
                Math.min(
                    have,
                    sum > 0
                        ? (int) Math.rint(weight(domain) / sum * total)
                        : total / available.size())));
    if (weights.values().stream().mapToDouble(Double::doubleValue).sum() <= 0) {
      fillTheEmptiest();
    } else {
      fillInRounds();
    }
    switch (rule) {
      case BALANCED -> takeBackInRounds();
      case QUOTAS -> takeBackFromTheLast();
    }
    return quotas;
  }

  private void fillTheEmptiest() {
    while (missing > 0) {
      String emptiest = Collections.min(open(), Comparator.comparingInt(d -> -headroom(d)));
      add(emptiest, 1);
    }
  }

  private void fillInRounds() {
    while (missing > 0) {
      List<String> order = open();
      order.sort(byWeightAndHeadroom());
      order.stream().limit(missing).toList().forEach(domain -> add(domain, 1));
    }
  }

  private Comparator<String> byWeightAndHeadroom() {
    return Comparator.<String>comparingDouble(d -> -weight(d)).thenComparingInt(d -> -headroom(d));
  }

  private void takeBackInRounds() {
    while (missing < 0) {
      List<String> order = new ArrayList<>(quotas.keySet());
      order.removeIf(domain -> quotas.getOrDefault(domain, 0) == 0);
      order.sort(byWeightAndHeadroom());
      order.reversed().stream().limit(-missing).toList().forEach(domain -> add(domain, -1));
    }
  }

  private void takeBackFromTheLast() {
    List<String> order = new ArrayList<>(quotas.keySet());
    order.sort(Comparator.comparingDouble(d -> -weight(d)));
    for (String domain : order.reversed()) {
      int surplus = Math.min(Math.max(0, -missing), quotas.getOrDefault(domain, 0));
      add(domain, -surplus);
    }
  }

  private void add(String domain, int tasks) {
    quotas.merge(domain, tasks, Integer::sum);
    missing -= tasks;
  }

  private List<String> open() {
    return new ArrayList<>(available.keySet().stream().filter(d -> headroom(d) > 0).toList());
  }

  private int headroom(String domain) {
    return available.getOrDefault(domain, 0) - quotas.getOrDefault(domain, 0);
  }

  private double weight(String domain) {
    return weights.getOrDefault(domain, 0.0);
  }
}

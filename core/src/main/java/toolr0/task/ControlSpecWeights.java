package toolr0.task;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The distributions that control specs are drawn from (method section 2). Weights need not add up
 * to 1; entries keep their order.
 *
 * @param domains weight of each domain
 * @param multiTurn probability of a conversation, in [0, 1]
 * @param noCall probability of a task that no tool fits, in [0, 1]; 0 is the published method
 * @param numCalls weights of the number of gold calls of a single-turn task; a conversation has one
 *     call
 * @param numToolsOneCall weights of the menu's size for at most one call
 * @param numToolsMoreCalls weights of the menu's size for more than one call
 */
public record ControlSpecWeights(
    Map<String, Double> domains,
    double multiTurn,
    double noCall,
    Map<Integer, Double> numCalls,
    Map<Integer, Double> numToolsOneCall,
    Map<Integer, Double> numToolsMoreCalls) {

  /** The domains of the published code that have a weight. */
  public static final List<String> PUBLISHED_DOMAINS =
      List.of(
          "finance",
          "healthcare",
          "productivity",
          "retail_ecommerce",
          "scheduling",
          "database",
          "cloud_infrastructure",
          "system",
          "programming",
          "geolocation",
          "logistics",
          "communication",
          "iot",
          "cybersecurity",
          "insurance",
          "legal",
          "news",
          "weather",
          "sports",
          "entertainment",
          "education",
          "real_estate",
          "food_ordering",
          "translation",
          "utilities",
          "government",
          "memory_management",
          "web_search",
          "social_media",
          "math",
          "vehicle_control",
          "travel");

  private static final double STANDARD_NO_CALL = 0.1;

  public ControlSpecWeights {
    domains = checked(domains, "domains");
    numCalls = checked(numCalls, "num_calls");
    numToolsOneCall = checked(numToolsOneCall, "num_tools_one_call");
    numToolsMoreCalls = checked(numToolsMoreCalls, "num_tools_more_calls");
    requireProbability(multiTurn, "multi_turn");
    requireProbability(noCall, "no_call");
    requireAtLeastOne(numCalls, "num_calls");
    requireAtLeastOne(numToolsOneCall, "num_tools_one_call");
    requireAtLeastOne(numToolsMoreCalls, "num_tools_more_calls");
  }

  /** The published distributions. */
  public static ControlSpecWeights published() {
    return of(PUBLISHED_DOMAINS, 0);
  }

  /** The published distributions, and one task in ten that no tool fits. */
  public static ControlSpecWeights standard() {
    return of(PUBLISHED_DOMAINS, STANDARD_NO_CALL);
  }

  /** The published distributions over the given domains, all equally likely. */
  public static ControlSpecWeights of(List<String> domains, double noCall) {
    Map<String, Double> byDomain = new LinkedHashMap<>();
    domains.forEach(domain -> byDomain.put(domain, 1.0 / domains.size()));
    return new ControlSpecWeights(
        byDomain,
        0.1,
        noCall,
        Map.of(1, 0.8, 2, 0.2),
        Map.of(2, 0.4 / 3, 3, 0.4 / 3, 4, 0.4 / 3, 5, 0.15, 6, 0.15, 7, 0.15, 8, 0.15),
        Map.of(3, 0.3, 4, 0.4, 5, 0.3));
  }

  private static <K extends Comparable<K>> Map<K, Double> checked(Map<K, Double> map, String key) {
    double sum = 0;
    for (Map.Entry<K, Double> entry : map.entrySet()) {
      if (!(entry.getValue() >= 0) || entry.getValue().isInfinite()) {
        throw new IllegalArgumentException(
            key
                + "."
                + entry.getKey()
                + " must be a weight of at least 0, it is "
                + entry.getValue());
      }
      sum += entry.getValue();
    }
    if (!(sum > 0)) {
      throw new IllegalArgumentException(key + " must have a weight above 0");
    }
    Map<K, Double> ordered = new LinkedHashMap<>();
    map.entrySet().stream()
        .sorted((a, b) -> a.getKey() instanceof Integer ? a.getKey().compareTo(b.getKey()) : 0)
        .forEach(e -> ordered.put(e.getKey(), e.getValue()));
    return Collections.unmodifiableMap(ordered);
  }

  private static void requireAtLeastOne(Map<Integer, Double> weights, String key) {
    weights
        .keySet()
        .forEach(
            n -> {
              if (n < 1) {
                throw new IllegalArgumentException(
                    key + " must not hold " + n + ", only 1 and more");
              }
            });
  }

  private static void requireProbability(double value, String key) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(key + " must be between 0 and 1, it is " + value);
    }
  }
}

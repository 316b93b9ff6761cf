package toolr0.tool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import toolr0.base.Json;
import toolr0.base.Text;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Compares predicted calls with gold calls. An empty gold list says that no tool fits: then only
 * the empty answer is right.
 */
public final class CallMatcher {
  private static final int MAX_OPTIMAL = 64;

  private CallMatcher() {}

  /**
   * Whether both lists hold the same calls, in any order and equally often: the same tool, the same
   * arguments, equal values by the tools' types (5 equals 5.0; text is compared with white space
   * collapsed; "5" is not 5).
   *
   * @param menu the tools that state the types; an unknown tool's values are compared as they are
   */
  public static boolean strict(List<ToolCall> predicted, List<ToolCall> gold, List<ToolSpec> menu) {
    ToolIndex tools = new ToolIndex(menu);
    return pairOff(predicted, gold, (a, b) -> sameCall(a, b, tools));
  }

  /** Whether each gold call in turn finds a prediction of its own and none is left over. */
  private static boolean pairOff(
      List<ToolCall> predicted, List<ToolCall> gold, BiPredicate<ToolCall, ToolCall> same) {
    if (predicted.size() != gold.size()) {
      return false;
    }
    List<ToolCall> left = new ArrayList<>(predicted);
    for (ToolCall wanted : gold) {
      int found = -1;
      for (int i = 0; i < left.size() && found < 0; i++) {
        if (same.test(left.get(i), wanted)) {
          found = i;
        }
      }
      if (found < 0) {
        return false;
      }
      left.remove(found);
    }
    return true;
  }

  private interface ArgumentTest {
    boolean same(String key, JsonNode a, JsonNode b);
  }

  private static boolean sameArguments(ObjectNode a, ObjectNode b, ArgumentTest test) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Map.Entry<String, JsonNode> argument : b.properties()) {
      JsonNode value = a.get(argument.getKey());
      if (value == null || !test.same(argument.getKey(), value, argument.getValue())) {
        return false;
      }
    }
    return true;
  }

  /**
   * The binary AST match that the paper reports: as many calls as gold has, each gold call in turn
   * taking the first unused prediction of the same trimmed name with the same argument keys and
   * values that {@link PythonValues} calls equal.
   */
  public static boolean published(List<ToolCall> predicted, List<ToolCall> gold) {
    return pairOff(
        predicted,
        gold,
        (a, b) ->
            Text.strip(a.name()).equals(Text.strip(b.name()))
                && sameArguments(
                    a.arguments(), b.arguments(), (key, x, y) -> PythonValues.match(x, y)));
  }

  /**
   * Whether both lists hold the same calls in any order once arguments are read as the menu means
   * them: an argument that equals its default may be left out, and values are turned into the
   * declared type where that loses nothing ("85" is 85 for an integer).
   */
  public static boolean equivalent(
      List<ToolCall> predicted, List<ToolCall> gold, List<ToolSpec> menu) {
    ToolIndex tools = new ToolIndex(menu);
    return pairOff(
        MeantCalls.of(predicted, menu), MeantCalls.of(gold, menu), (a, b) -> sameCall(a, b, tools));
  }

  /**
   * Whether both lists hold the same calls in the same order with arguments of equal canonical
   * JSON, as the published difficulty compares them: 5, 5.0 and "5" all differ. Empty lists are
   * never the same.
   */
  public static boolean sameJson(List<ToolCall> predicted, List<ToolCall> gold) {
    return !gold.isEmpty()
        && Json.canonical(CallWriter.toJson(predicted))
            .equals(Json.canonical(CallWriter.toJson(gold)));
  }

  /** The graded agreement (method section 6, mended as the configuration says). */
  public static SoftScore soft(
      List<ToolCall> predicted, List<ToolCall> gold, List<ToolSpec> menu, SoftMatchConfig config) {
    return match(predicted, gold, menu, config).score();
  }

  /** The graded agreement together with the pairs that it comes from. */
  public static SoftMatch match(
      List<ToolCall> predicted, List<ToolCall> gold, List<ToolSpec> menu, SoftMatchConfig config) {
    int extra = Math.max(0, predicted.size() - gold.size());
    double factor = 1 / (1 + config.extraCallPenalty() * extra);
    if (gold.isEmpty()) {
      double right = predicted.isEmpty() ? 1 : 0;
      return new SoftMatch(new SoftScore(0, 0, 0, 0, right, extra, factor, right), List.of());
    }
    Pair[][] pairs = new Pair[gold.size()][predicted.size()];
    for (int g = 0; g < gold.size(); g++) {
      Optional<ToolSpec> tool = find(menu, gold.get(g).name());
      for (int p = 0; p < predicted.size(); p++) {
        pairs[g][p] = pair(predicted.get(p), gold.get(g), tool, config);
      }
    }
    boolean optimal =
        config.assignment() == SoftMatchConfig.Assignment.OPTIMAL && gold.size() <= MAX_OPTIMAL;
    int[] chosen = optimal ? Assignments.optimal(scores(pairs)) : Assignments.greedy(scores(pairs));
    double name = 0;
    double keys = 0;
    double values = 0;
    double sum = 0;
    List<SoftMatch.Pair> matched = new ArrayList<>(gold.size());
    for (int g = 0; g < gold.size(); g++) {
      if (chosen[g] >= 0) {
        Pair pair = pairs[g][chosen[g]];
        name += pair.name;
        keys += pair.keys;
        values += pair.values;
        sum += pair.score;
        matched.add(new SoftMatch.Pair(g, chosen[g], pair.score));
      }
    }
    double n = Math.max(1, matched.size());
    double base = sum / gold.size();
    double accuracy = Math.clamp(base * factor, 0, 1);
    return new SoftMatch(
        new SoftScore(name / n, keys / n, values / n, sum / n, base, extra, factor, accuracy),
        matched);
  }

  /**
   * The arguments in which a predicted call differs from a gold call, as {@link #match} compares
   * them: those of gold in their order, then those that only the predicted call has.
   */
  public static List<ArgumentDifference> differences(
      ToolCall predicted, ToolCall gold, List<ToolSpec> menu, SoftMatchConfig.Comparison by) {
    Optional<ToolSpec> tool = find(menu, gold.name());
    List<ArgumentDifference> differences = new ArrayList<>();
    gold.arguments()
        .properties()
        .forEach(
            wanted -> {
              String key = wanted.getKey();
              Optional<JsonNode> value = Optional.ofNullable(predicted.arguments().get(key));
              if (value.isEmpty() || !sameValue(key, value.get(), wanted.getValue(), tool, by)) {
                differences.add(new ArgumentDifference(key, value, Optional.of(wanted.getValue())));
              }
            });
    predicted.arguments().properties().stream()
        .filter(given -> !gold.arguments().has(given.getKey()))
        .forEach(
            given ->
                differences.add(
                    new ArgumentDifference(
                        given.getKey(), Optional.of(given.getValue()), Optional.empty())));
    return differences;
  }

  private static boolean sameValue(
      String key,
      JsonNode predicted,
      JsonNode gold,
      Optional<ToolSpec> tool,
      SoftMatchConfig.Comparison by) {
    return switch (by) {
      case TYPED -> TypedValues.equal(predicted, gold, tool.flatMap(t -> t.parameter(key)));
      case PYTHON -> PythonValues.match(predicted, gold);
    };
  }

  private record Pair(double name, double keys, double values, double score) {}

  private static double[][] scores(Pair[][] pairs) {
    double[][] scores = new double[pairs.length][];
    for (int g = 0; g < pairs.length; g++) {
      scores[g] = new double[pairs[g].length];
      for (int p = 0; p < pairs[g].length; p++) {
        scores[g][p] = pairs[g][p].score;
      }
    }
    return scores;
  }

  private static Pair pair(
      ToolCall predicted, ToolCall gold, Optional<ToolSpec> tool, SoftMatchConfig config) {
    double name = Text.strip(predicted.name()).equals(Text.strip(gold.name())) ? 1 : 0;
    if (config.gateByName() && name == 0) {
      return new Pair(0, 0, 0, 0);
    }
    Set<String> common = new HashSet<>(predicted.arguments().propertyNames());
    common.retainAll(gold.arguments().propertyNames());
    int predictedKeys = predicted.arguments().size();
    int goldKeys = gold.arguments().size();
    double keys = keyScore(common.size(), predictedKeys, goldKeys);
    int equal = 0;
    for (String key : common) {
      JsonNode a = predicted.arguments().get(key);
      JsonNode b = gold.arguments().get(key);
      equal += sameValue(key, a, b, tool, config.comparison()) ? 1 : 0;
    }
    int counted =
        config.valuesOverUnion() ? predictedKeys + goldKeys - common.size() : common.size();
    double values =
        counted > 0 ? (double) equal / counted : (predictedKeys + goldKeys == 0 ? 1 : 0);
    double score =
        config.nameWeight() * name + config.keyWeight() * keys + config.valueWeight() * values;
    return new Pair(name, keys, values, score);
  }

  private static double keyScore(int common, int predicted, int gold) {
    if (predicted == 0 && gold == 0) {
      return 1;
    }
    if (predicted == 0 || gold == 0 || common == 0) {
      return 0;
    }
    double precision = (double) common / predicted;
    double recall = (double) common / gold;
    return 2 * precision * recall / (precision + recall);
  }

  private static boolean sameCall(ToolCall a, ToolCall b, ToolIndex tools) {
    return a.name().equals(b.name())
        && sameArguments(
            a.arguments(),
            b.arguments(),
            (key, x, y) -> TypedValues.equal(x, y, tools.parameter(b.name(), key)));
  }

  private static Optional<ToolSpec> find(List<ToolSpec> menu, String name) {
    return menu.stream().filter(tool -> tool.name().equals(name)).findFirst();
  }
}

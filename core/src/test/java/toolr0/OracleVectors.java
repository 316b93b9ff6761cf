package toolr0;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import toolr0.base.Json;
import tools.jackson.databind.JsonNode;

/**
 * Golden vectors from the folder named by the system property {@code toolr0.oracles}. A run over a
 * file says how many cases agreed, and fails with the ids of those that did not; Python
 * peculiarities (tags {@code quirk_*}) are only counted.
 */
public final class OracleVectors {
  private static final double TOLERANCE = 1e-9;
  private static final int SHOWN = 20;

  private OracleVectors() {}

  /** One vector. */
  public record Case(
      String id, String category, JsonNode input, JsonNode expected, Set<String> tags) {
    boolean isQuirk() {
      return tags.stream().anyMatch(tag -> tag.startsWith("quirk_"));
    }

    public String text(String key) {
      return input.get(key).stringValue();
    }
  }

  /** Checks one case: an empty result agrees, otherwise the text says what differs. */
  public interface Check {
    Optional<String> disagreement(Case vector);

    /** Whether the case is checked at all; those that are not are counted apart. */
    default boolean covers(Case vector) {
      return true;
    }
  }

  /**
   * Runs a check over a file.
   *
   * @param checks the check of each category
   * @param leftOut categories that are not checked, with the reason
   */
  public static void verify(String file, Map<String, Check> checks, Map<String, String> leftOut) {
    Path path = Path.of(System.getProperty("toolr0.oracles", "../shared/oracles"), "rewards", file);
    if (!Files.isRegularFile(path)) {
      System.out.println("golden " + file + ": no vectors at " + path + ", nothing checked");
      return;
    }
    List<String> failures = new ArrayList<>();
    Map<String, int[]> counts = new TreeMap<>();
    Set<String> unknown = new HashSet<>();
    try (Stream<String> lines = Files.lines(path, StandardCharsets.UTF_8)) {
      lines.forEach(
          line -> {
            Case vector = read(line);
            int[] count = counts.computeIfAbsent(vector.category, k -> new int[4]);
            count[0]++;
            Check check = checks.get(vector.category);
            if (check == null) {
              if (!leftOut.containsKey(vector.category)) {
                unknown.add(vector.category);
              }
              return;
            }
            if (!check.covers(vector)) {
              count[3]++;
              return;
            }
            Optional<String> problem = check.disagreement(vector);
            if (problem.isEmpty()) {
              count[1]++;
            } else if (vector.isQuirk()) {
              count[2]++;
            } else {
              failures.add(vector.id + ": " + problem.get());
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path, e);
    }
    counts.forEach(
        (category, count) ->
            System.out.printf(
                "golden %-28s %-22s cases %5d passed %5d quirks %3d not checked %4d%s%n",
                file,
                category,
                count[0],
                count[1],
                count[2],
                checks.containsKey(category) ? count[3] : count[0],
                leftOut.containsKey(category) ? "  left out: " + leftOut.get(category) : ""));
    Assertions.assertThat(unknown).as("categories without a check").isEmpty();
    Assertions.assertThat(failures.stream().limit(SHOWN).toList())
        .as("%d disagreements in %s", failures.size(), file)
        .isEmpty();
  }

  /** Compares by a function of the case with an expected number. */
  public static Optional<String> number(String what, double actual, JsonNode expected) {
    return Math.abs(actual - expected.doubleValue()) <= TOLERANCE
        ? Optional.empty()
        : Optional.of(what + " is " + actual + " instead of " + expected);
  }

  /** The first disagreement of several. */
  @SafeVarargs
  public static Optional<String> first(Optional<String>... problems) {
    return Stream.of(problems).flatMap(Optional::stream).findFirst();
  }

  /** Compares by equality. */
  public static <T> Optional<String> same(String what, T actual, T expected) {
    return actual.equals(expected)
        ? Optional.empty()
        : Optional.of(what + " is " + actual + " instead of " + expected);
  }

  /** A check by a function that gives the disagreement. */
  public static Check by(Function<Case, Optional<String>> function) {
    return function::apply;
  }

  private static Case read(String line) {
    JsonNode node = Json.parse(line);
    String id = node.get("id").stringValue();
    Set<String> tags = new HashSet<>();
    if (node.get("tags") != null) {
      node.get("tags").values().forEach(tag -> tags.add(tag.stringValue()));
    }
    return new Case(id, id.split("/")[1], node.get("input"), node.get("expected"), tags);
  }
}

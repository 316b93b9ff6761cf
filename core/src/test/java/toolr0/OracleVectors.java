package toolr0;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import toolr0.base.Json;
import tools.jackson.databind.JsonNode;

/**
 * Golden vectors from the folder named by the system property {@code toolr0.oracles}. A run over a
 * file says how many cases agreed, and fails with the ids of those that did not, or where it has no
 * case to check; Python peculiarities (tags {@code quirk_*}) are only counted.
 */
public final class OracleVectors {
  private static final double TOLERANCE = 1e-9;
  private static final int SHOWN = 20;
  private static final String QUIRK = "quirk_";

  private OracleVectors() {}

  /** One vector. */
  public record Case(
      String id, String category, JsonNode input, JsonNode expected, Set<String> tags) {
    boolean isQuirk() {
      return tags.stream().anyMatch(tag -> tag.startsWith(QUIRK));
    }

    public String text(String key) {
      return input.get(key).stringValue();
    }
  }

  /** Checks one case: an empty result agrees, otherwise the text says what differs. */
  public interface Check {
    Optional<String> disagreement(Case vector);
  }

  /**
   * Runs a check over every case of a file, and prints how many there are, how many agree, and
   * which Python peculiarities do not.
   *
   * @param checks the check of each category; a category without one is a failure
   */
  public static void verify(String file, Map<String, Check> checks) {
    verify(file, checks, false);
  }

  /** {@link #verify} over the categories that have a check; cases of others are not counted. */
  public static void verifySome(String file, Map<String, Check> checks) {
    verify(file, checks, true);
  }

  private static void verify(String file, Map<String, Check> checks, boolean some) {
    verify(
        Path.of(System.getProperty("toolr0.oracles", "../shared/oracles"), "rewards", file),
        checks,
        some);
  }

  static void verify(Path path, Map<String, Check> checks, boolean some) {
    String file = String.valueOf(path.getFileName());
    if (!Files.isRegularFile(path)) {
      System.out.println("golden " + file + ": no vectors at " + path + ", nothing checked");
      return;
    }
    List<String> failures = new ArrayList<>();
    SortedMap<String, Integer> quirks = new TreeMap<>();
    int[] counts = new int[3];
    try (Stream<String> lines = Files.lines(path, StandardCharsets.UTF_8)) {
      lines.forEach(
          line -> {
            Case vector = read(line);
            if (some && !checks.containsKey(vector.category)) {
              return;
            }
            counts[0]++;
            Check check =
                checks.getOrDefault(
                    vector.category, unknown -> Optional.of("there is no check for this category"));
            Optional<String> problem = check.disagreement(vector);
            if (problem.isEmpty()) {
              counts[1]++;
            } else if (vector.isQuirk()) {
              counts[2]++;
              vector.tags.stream()
                  .filter(tag -> tag.startsWith(QUIRK))
                  .forEach(tag -> quirks.merge(tag, 1, Integer::sum));
            } else {
              failures.add(vector.id + ": " + problem.get());
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path, e);
    }
    System.out.printf(
        "golden %-28s cases %5d passed %5d quirks %3d%s%n",
        file, counts[0], counts[1], counts[2], quirks.isEmpty() ? "" : " " + quirks);
    Assertions.assertThat(counts[0]).as("cases to check in %s", path).isPositive();
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

  /** A disagreement with the place where it was found. */
  public static Optional<String> in(String place, Optional<String> problem) {
    return problem.map(text -> place + ": " + text);
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

  /** The same check for several categories. */
  public static Map<String, Check> forAll(Check check, String... categories) {
    Map<String, Check> checks = new HashMap<>();
    for (String category : categories) {
      checks.put(category, check);
    }
    return checks;
  }

  /** Compares a JSON value structurally; an absent one is null. */
  public static Optional<String> json(
      String what, Optional<? extends JsonNode> actual, JsonNode expected) {
    return same(what, actual.map(Json::canonical).orElse("null"), Json.canonical(expected));
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

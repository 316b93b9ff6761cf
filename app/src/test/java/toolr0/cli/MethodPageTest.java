package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import toolr0.selfplay.ConfigJson;
import toolr0.selfplay.SelfPlayConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class MethodPageTest {
  private static final Path ROOT = Path.of(System.getProperty("toolr0.root"));
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final int COLUMNS = 6;
  private static final int KEY = 4;
  private static final int TEST = 5;
  private static final int DEFECTS = 36;

  /** The cells of all rows of the page's tables, headings and rules apart. */
  private static List<List<String>> rows() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/method.md"))) {
      if (line.startsWith("| ") && !line.contains("| key | test |")) {
        rows.add(
            Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
                .map(String::strip)
                .toList());
      }
    }
    return rows;
  }

  private static List<String> code(String cell) {
    return CODE.matcher(cell).results().map(m -> m.group(1)).toList();
  }

  private static Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    collect("", ConfigJson.toJson(SelfPlayConfig.defaults("m")), keys);
    return keys;
  }

  private static void collect(String path, JsonNode node, Set<String> keys) {
    keys.add(path);
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              e ->
                  collect(
                      path.isEmpty() ? e.getKey() : path + "." + e.getKey(), e.getValue(), keys));
    }
  }

  /** The source of every test class of all modules by its simple name. */
  private static Map<String, String> tests() throws IOException {
    Map<String, String> tests = new TreeMap<>();
    for (String module : List.of("core", "torch", "app")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
          String name = file.getFileName().toString().replace(".java", "");
          tests.merge(name, Files.readString(file), String::concat);
        }
      }
    }
    return tests;
  }

  private static boolean isTest(String source, String method) {
    return Pattern.compile(
            "@(?:Test|ParameterizedTest)\\b(?:(?!\\bvoid \\w+\\().)*\\bvoid "
                + Pattern.quote(method)
                + "\\(",
            Pattern.DOTALL)
        .matcher(source)
        .find();
  }

  @Test
  void everyRowNamesATestThatThereIs() throws IOException {
    Map<String, String> tests = tests();
    for (List<String> row : rows()) {
      assertThat(row).as(row.toString()).hasSize(COLUMNS);
      assertThat(code(row.get(TEST))).as(row.toString()).isNotEmpty();
      for (String test : code(row.get(TEST))) {
        String[] parts = test.split("#", -1);
        assertThat(parts).as(test).hasSize(2);
        assertThat(tests).as(test).containsKey(parts[0]);
        assertThat(isTest(tests.getOrDefault(parts[0], ""), parts[1])).as(test).isTrue();
      }
    }
  }

  @Test
  void everyKeyIsOneOfTheConfiguration() throws IOException {
    Set<String> keys = keys();
    for (List<String> row : rows()) {
      if (!row.get(KEY).equals("-")) {
        assertThat(keys).as(row.toString()).containsAll(code(row.get(KEY)));
        assertThat(code(row.get(KEY))).as(row.toString()).isNotEmpty();
      }
    }
  }

  @Test
  void everyDefectHasItsRow() throws IOException {
    assertThat(rows().stream().map(List::getFirst).filter(c -> c.matches("[0-9]+")))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, DEFECTS).mapToObj(Integer::toString).toList());
  }

  @Test
  void everyKeyInWhichThePresetsDifferIsNamed() throws IOException {
    String paper = ConfigYaml.write(SelfPlayConfig.paper("m"));
    SelfPlayConfig asDefault =
        ConfigOptions.bind(
            ConfigReader.readText("paper", paper.replace("preset: paper", "preset: default")));
    List<String> named = rows().stream().flatMap(row -> code(row.get(KEY)).stream()).toList();
    assertThat(asDefault.ownKeys()).isNotEmpty();
    assertThat(named).containsAll(asDefault.ownKeys());
  }
}

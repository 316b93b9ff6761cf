package toolr0.pocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import toolr0.base.Seed;
import toolr0.chat.Message;
import toolr0.prompt.PromptBuilder;
import toolr0.task.Task;
import toolr0.task.TaskCheck;
import toolr0.task.TaskCheckConfig;
import toolr0.tool.Parameter;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;

class PocketBenchmarkTest {
  private static final Pattern WORD =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_:.-]*[A-Za-z0-9])?");
  private static final Pattern PARAMETERS =
      Pattern.compile("\"parameters\":\\{((?:\"[a-z]+\":\\{\"type\":\"[a-z]+\"},?)*)}");
  private static final Pattern KEY = Pattern.compile("\"([a-z]+)\":\\{");

  private final PocketLexicon lexicon = PocketLexicon.load();
  private final List<PocketBenchmark.Item> items = PocketBenchmark.load();

  @Test
  void theStoredBenchmarkIsWhatItsSeedMakes() throws IOException {
    try (InputStream in = PocketBenchmark.class.getResourceAsStream("benchmark.jsonl")) {
      String stored = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      assertThat(stored).isEqualTo(PocketBenchmark.toJsonLines(PocketBenchmark.compose(lexicon)));
    }
    assertThat(items).isEqualTo(PocketBenchmark.compose(lexicon));
  }

  @Test
  void categoriesHaveTheirNumbersOfTasksAndIdsAndQuestionsAreUnique() {
    assertThat(items).hasSizeGreaterThanOrEqualTo(400);
    for (PocketBenchmark.Category category : PocketBenchmark.Category.values()) {
      assertThat(items)
          .filteredOn(item -> item.category().equals(category.wireName()))
          .hasSize(category.tasks());
    }
    assertThat(items).extracting(PocketBenchmark.Item::id).doesNotHaveDuplicates();
    assertThat(items).extracting(item -> item.task().question()).doesNotHaveDuplicates();
  }

  @Test
  void everyTaskIsOfItsCategoryAndSound() {
    var check = new TaskCheck(TaskCheckConfig.standard());
    for (PocketBenchmark.Item item : items) {
      Task task = item.task();
      assertThat(check.check(task)).as(item.id()).isEmpty();
      int calls = task.gold().size();
      switch (item.category()) {
        case "multiple_calls" -> assertThat(calls).isBetween(2, 3);
        case "no_tool" -> assertThat(calls).isZero();
        default -> assertThat(calls).isEqualTo(1);
      }
      assertThat(task.question().contains("Agent:"))
          .isEqualTo(item.category().equals("multi_turn"));
      if (item.category().equals("many_tools")) {
        assertThat(task.tools()).hasSizeBetween(6, 8);
      }
    }
  }

  @Test
  void toolsAndValuesAreAllReserved() {
    for (PocketBenchmark.Item item : items) {
      for (ToolSpec tool : item.task().tools()) {
        assertThat(lexicon.reservedName(tool.name())).as(tool.name()).isTrue();
        assertThat(lexicon.reservedParameters(names(tool))).as(tool.name()).isTrue();
      }
      assertThat(values(item.task())).allMatch(lexicon::reservedValue);
    }
  }

  @Test
  void aLargeSampleOfTheCorpusHasNeitherItsToolsNorItsValues() {
    Set<String> names = new HashSet<>();
    Set<String> parameterSets = new HashSet<>();
    Set<String> values = new HashSet<>();
    for (PocketBenchmark.Item item : items) {
      item.task().tools().forEach(t -> names.add(t.name()));
      item.task()
          .tools()
          .forEach(t -> parameterSets.add(String.join(",", new TreeSet<>(names(t)))));
      values.addAll(values(item.task()));
    }
    assertThat(values).hasSizeGreaterThan(600);
    var corpus =
        new PocketCorpus(lexicon, PromptBuilder.of(PromptBuilder.BRIEF), Imperfections.standard());
    int lessons = 20_000;
    for (int i = 0; i < lessons; i++) {
      Lesson lesson = corpus.lesson(new Seed(2), i, (double) i / lessons);
      String text =
          lesson.messages().stream().map(Message::content).collect(Collectors.joining("\n"))
              + "\n"
              + lesson.answer();
      Matcher word = WORD.matcher(text);
      while (word.find()) {
        if (names.contains(word.group()) || values.contains(word.group())) {
          throw new AssertionError("the corpus has " + word.group() + " in: " + text);
        }
      }
      Matcher parameters = PARAMETERS.matcher(text);
      while (parameters.find()) {
        var keys = new TreeSet<String>();
        KEY.matcher(parameters.group(1)).results().forEach(m -> keys.add(m.group(1)));
        assertThat(parameterSets).doesNotContain(String.join(",", keys));
      }
    }
  }

  @Test
  void everyPieceOfTheBenchmarkOccursInTheCorpus() {
    var corpus =
        new PocketCorpus(lexicon, PromptBuilder.of(PromptBuilder.BRIEF), Imperfections.none());
    Set<String> known = new HashSet<>();
    for (int i = 0; i < 6000; i++) {
      Lesson lesson = corpus.lesson(new Seed(3), i, 1);
      known.addAll(pieces(lesson.messages().getLast().content()));
    }
    for (PocketBenchmark.Item item : items) {
      assertThat(known).containsAll(pieces(withoutValues(item.task())));
      for (ToolSpec tool : item.task().tools()) {
        assertThat(known).containsAll(pieces(tool.name())).containsAll(names(tool));
      }
    }
  }

  private static String withoutValues(Task task) {
    String question = task.question();
    for (ToolCall call : task.gold()) {
      for (var value : call.arguments().values()) {
        question = question.replace(value.asString(), "");
      }
    }
    return task.gold().isEmpty() ? "" : question;
  }

  private static Set<String> pieces(String text) {
    return Pattern.compile("[A-Za-z]+")
        .matcher(text)
        .results()
        .map(m -> m.group())
        .collect(Collectors.toSet());
  }

  private static List<String> names(ToolSpec tool) {
    return tool.parameters().stream().map(Parameter::name).toList();
  }

  private static List<String> values(Task task) {
    var values = new ArrayList<String>();
    task.gold().forEach(c -> c.arguments().values().forEach(v -> values.add(v.asString())));
    return values;
  }
}

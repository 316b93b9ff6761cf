package toolr0.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import toolr0.base.Json;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkException;
import toolr0.eval.BenchmarkReader;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.Grades;
import toolr0.tool.CallParser;
import toolr0.tool.CallWriter;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolMenus;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * A benchmark's reader over a small valid folder, of which one file is changed at a time. Whatever
 * the files hold, reading ends in tasks or in a {@link BenchmarkException} that names the folder,
 * and gold written as an answer is right for every task that can be answered.
 */
public final class ChangedSet {
  private static final int LONGEST_ANSWER = 300;
  private static final int MOST_TASKS = 30;

  private final BenchmarkReader reader;
  private final Path folder;
  private final Map<String, String> files;
  private final List<String> names;

  /**
   * @param folder an empty folder, into which the files are written
   * @param files texts by path in the folder
   */
  public ChangedSet(BenchmarkReader reader, Path folder, Map<String, String> files) {
    this.reader = reader;
    this.folder = folder;
    this.files = new TreeMap<>(files);
    this.names = List.copyOf(this.files.keySet());
    this.files.forEach((name, text) -> write(name, text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Changes one file as the data say, and reads and grades. */
  public void change(FuzzedDataProvider data) {
    String name = data.pickValue(names);
    String answer = data.consumeString(LONGEST_ANSWER);
    byte[] changed =
        switch (data.consumeInt(0, 9)) {
          case 0 -> data.consumeRemainingAsBytes();
          case 1 -> spliced(text(name), data).getBytes(StandardCharsets.UTF_8);
          default -> restructured(name, data).getBytes(StandardCharsets.UTF_8);
        };
    with(name, changed, answer);
  }

  /**
   * Puts each worst case in place of some of the texts of the set, fills some of its lists and
   * objects with copies of their values, and reads and grades.
   *
   * @param stride one of how many places is tried
   */
  public void worstCases(int stride) {
    int[] turn = {0};
    WorstCases.each(WorstCases.SIZE, worst -> worstCase(worst, turn[0]++, stride));
    WorstCases.collect(
        failures ->
            names.forEach(
                name ->
                    eachPlace(
                        name,
                        (place, written, number) -> {
                          if (number % stride == 0 && !place.value().isEmpty()) {
                            failures.attempt(
                                "copies in %s of %.100s".formatted(name, place.value()),
                                () -> fill(name, place, written));
                          }
                        })));
  }

  private void fill(String name, JsonChanges.Place place, Supplier<String> written) {
    JsonNode old = place.value();
    place.set(filled(old));
    try {
      with(name, written.get().getBytes(StandardCharsets.UTF_8), "[]");
    } finally {
      place.set(old);
    }
  }

  private void worstCase(String worst, int turn, int stride) {
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if ((i + turn) % Math.min(stride, names.size()) == 0) {
        with(name, worst.getBytes(StandardCharsets.UTF_8), worst);
      }
      eachPlace(
          name,
          (place, written, number) -> {
            JsonNode old = place.value();
            if ((number + turn) % stride == 0 && old.isString()) {
              place.set(StringNode.valueOf(worst));
              try {
                with(name, written.get().getBytes(StandardCharsets.UTF_8), "[]");
              } finally {
                place.set(old);
              }
            }
          });
    }
  }

  private interface Visitor {
    void visit(JsonChanges.Place place, Supplier<String> written, int number);
  }

  /** Visits every place of every JSON value of a file; the file's text is written on demand. */
  private void eachPlace(String name, Visitor visitor) {
    List<String> units = units(name);
    int number = 0;
    for (int i = 0; i < units.size(); i++) {
      JsonNode root = Json.parse(units.get(i));
      int unit = i;
      for (JsonChanges.Place place : JsonChanges.places(root)) {
        visitor.visit(
            place,
            () -> {
              List<String> changed = new ArrayList<>(units);
              changed.set(unit, Json.compact(root));
              return String.join("\n", changed);
            },
            number++);
      }
    }
  }

  /** A list or an object with copies of its first value up to the size of a worst case. */
  private static JsonNode filled(JsonNode old) {
    JsonNode filled = old.deepCopy();
    JsonNode value = old.values().iterator().next();
    int copies = WorstCases.SIZE / (Json.compact(value).length() + 8);
    for (int i = 0; i < copies; i++) {
      switch (filled) {
        case ArrayNode list -> list.add(value.deepCopy());
        case ObjectNode object -> object.set("k" + i, value.deepCopy());
        default -> {}
      }
    }
    return filled;
  }

  private String text(String name) {
    return files.getOrDefault(name, "");
  }

  /** The JSON values of a file: its lines, or the one that it is. */
  private List<String> units(String name) {
    String text = text(name);
    return Json.tryParse(text).isPresent() ? List.of(text) : text.lines().toList();
  }

  private static String spliced(String text, FuzzedDataProvider data) {
    int from = data.consumeInt(0, text.length());
    int to = data.consumeInt(from, text.length());
    return text.substring(0, from) + data.consumeRemainingAsString() + text.substring(to);
  }

  private String restructured(String name, FuzzedDataProvider data) {
    List<String> units = new ArrayList<>(units(name));
    int at = data.consumeInt(0, units.size() - 1);
    JsonNode root = Json.parse(units.get(at));
    JsonChanges.change(root, data);
    units.set(at, Json.compact(root));
    return String.join("\n", units);
  }

  /** Reads and grades with a file that holds something else. */
  private void with(String name, byte[] content, String answer) {
    write(name, content);
    try {
      readAndGrade(content.length, answer);
    } finally {
      write(name, text(name).getBytes(StandardCharsets.UTF_8));
    }
  }

  private void readAndGrade(int size, String answer) {
    Optional<Benchmark> read = TimeBound.within("reading " + reader.name(), size, this::read);
    if (read.isPresent()) {
      Benchmark benchmark = read.get();
      assertThat(benchmark.unreadable())
          .allSatisfy(
              record -> {
                assertThat(record.file()).isNotBlank();
                assertThat(record.reason()).isNotBlank();
              });
      List<BenchmarkTask> tasks = benchmark.limitedTo(MOST_TASKS).tasks();
      assertThat(tasks).isNotEmpty();
      tasks.forEach(task -> grade(task, answer, size));
    }
  }

  private Optional<Benchmark> read() {
    try {
      return Optional.of(reader.read(folder));
    } catch (BenchmarkException e) {
      assertThat(e).hasMessageContaining(String.valueOf(folder.getFileName()));
      return Optional.empty();
    }
  }

  private static void grade(BenchmarkTask task, String answer, int size) {
    List<ToolCall> gold = task.task().gold();
    String written = CallWriter.write(gold);
    Grades right = grades(task, written, size);
    if (task.unanswerable().isEmpty()) {
      assertThat(right.strict()).as("gold of %s is right: %s", task.id(), written).isTrue();
      assertThat(right.equivalent()).as("gold of %s is right: %s", task.id(), written).isTrue();
    }
    List<ToolCall> reversed = new ArrayList<>(gold);
    Collections.reverse(reversed);
    grades(task, CallWriter.write(reversed), size);
    grades(task, "[]", size);
    grades(task, answer, size + answer.length());
    grades(task, written.replace("\"", "\\\""), size);
    ToolMenus.write(task.task().tools());
  }

  private static Grades grades(BenchmarkTask task, String answer, int size) {
    Grades grades =
        TimeBound.within("grading", size, () -> task.grader().grade(CallParser.parse(answer)));
    assertThat(grades.own().values()).allMatch(score -> score >= 0 && score <= 1);
    assertThat(grades.overlaps().values())
        .allMatch(overlap -> overlap.matched() >= 0 && overlap.matched() <= overlap.predicted());
    assertThat(grades.strict()).isEqualTo(grades.error().isEmpty());
    return grades;
  }

  private void write(String name, byte[] content) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + name, e);
    }
  }
}

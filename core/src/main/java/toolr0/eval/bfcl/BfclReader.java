package toolr0.eval.bfcl;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import toolr0.base.Json;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkException;
import toolr0.eval.BenchmarkReader;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.RecordFile;
import toolr0.eval.UnreadableRecord;
import toolr0.task.Task;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;

/**
 * Reads the thirteen single-turn categories of BFCL's version 4: {@code BFCL_v4_CATEGORY.json}, and
 * the answers in {@code possible_answer/} under the same names.
 */
public final class BfclReader implements BenchmarkReader {
  private static final String ANSWERS = "possible_answer";

  @Override
  public String name() {
    return "bfcl";
  }

  @Override
  public Benchmark read(Path folder) {
    List<BenchmarkTask> tasks = new ArrayList<>();
    List<UnreadableRecord> unreadable = new ArrayList<>();
    for (BfclCategory category : BfclCategory.values()) {
      read(folder, category, tasks, unreadable);
    }
    if (tasks.isEmpty()) {
      throw new BenchmarkException(
          folder + ": no record can be read; restore the files as published");
    }
    return new Benchmark(name(), tasks, unreadable, new BfclReport());
  }

  private static void read(
      Path folder,
      BfclCategory category,
      List<BenchmarkTask> tasks,
      List<UnreadableRecord> unreadable) {
    String file = category.fileName();
    Map<String, JsonNode> answers = new HashMap<>();
    if (category.rule() == BfclCategory.Rule.AST) {
      answers = answers(folder.resolve(ANSWERS).resolve(file), unreadable);
    }
    Set<String> ids = new HashSet<>();
    for (RecordFile.Entry entry : RecordFile.lines(folder.resolve(file), unreadable)) {
      String id = entry.value().path("id").asString("");
      String where = id.isBlank() ? entry.where() : id;
      try {
        if (id.isBlank()) {
          throw new MalformedRecord("it has no id");
        }
        if (!ids.add(id)) {
          throw new MalformedRecord("its id occurs before");
        }
        tasks.add(task(id, category, entry.value(), answers.remove(id)));
      } catch (MalformedRecord e) {
        unreadable.add(new UnreadableRecord(file, where, e.reason()));
      }
    }
    for (String id : answers.keySet().stream().sorted().toList()) {
      unreadable.add(new UnreadableRecord(ANSWERS + "/" + file, id, "no question has this id"));
    }
  }

  /** The lists of answers by id. */
  private static Map<String, JsonNode> answers(Path file, List<UnreadableRecord> unreadable) {
    String name = ANSWERS + "/" + RecordFile.name(file);
    List<UnreadableRecord> lines = new ArrayList<>();
    Map<String, JsonNode> answers = new HashMap<>();
    for (RecordFile.Entry entry : RecordFile.lines(file, lines)) {
      String id = entry.value().path("id").asString("");
      if (id.isBlank()) {
        lines.add(new UnreadableRecord(name, entry.where(), "it has no id"));
      } else if (answers.putIfAbsent(id, entry.value().path("ground_truth")) != null) {
        lines.add(new UnreadableRecord(name, id, "its id occurs before"));
      }
    }
    lines.forEach(l -> unreadable.add(new UnreadableRecord(name, l.record(), l.reason())));
    return answers;
  }

  private static BenchmarkTask task(
      String id, BfclCategory category, JsonNode record, @Nullable JsonNode answer)
      throws MalformedRecord {
    String question = QuestionText.of(record.get("question"));
    OfferedFunctions functions = OfferedFunctions.read(record.get("function"), category.language());
    if (functions.docs().isEmpty() && category.rule() != BfclCategory.Rule.NO_CALL) {
      throw new MalformedRecord("it offers no function");
    }
    return switch (category.rule()) {
      case NO_CALL ->
          task(id, category, new Task(question, functions.tools(), List.of()), Optional.empty());
      case ANY_CALL -> {
        ToolCall any = new ToolCall(functions.docs().getFirst().name(), Json.object());
        yield task(
            id, category, new Task(question, functions.tools(), List.of(any)), Optional.empty());
      }
      case AST -> {
        AstChecker checker =
            new AstChecker(
                category.dispatch(),
                category.language(),
                functions.docs(),
                PossibleAnswer.read(answer));
        GoldCalls gold = GoldCalls.of(checker);
        BenchmarkTask task =
            task(
                id,
                category,
                new Task(question, functions.tools(), gold.calls()),
                Optional.of(checker));
        yield gold.unanswerable().map(task::unanswerable).orElse(task);
      }
    };
  }

  private static BenchmarkTask task(
      String id, BfclCategory category, Task task, Optional<AstChecker> checker) {
    return new BenchmarkTask(
        id,
        category.wireName(),
        task,
        new BfclGrader(category.rule(), checker.map(c -> new EquivalentCheck(c, task.tools()))));
  }
}

package toolr0.eval;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import toolr0.base.AtomicFiles;
import toolr0.base.Json;
import toolr0.chat.Message;
import toolr0.tool.CallWriter;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes an evaluation: {@code results.json}, {@code samples.jsonl}, {@code report.md}, when there
 * are some the records that could not be read as {@code unreadable.jsonl}, and below a folder named
 * like the benchmark the files of a benchmark's own layout.
 */
public final class EvaluationFiles {
  public static final String RESULTS = "results.json";
  public static final String SAMPLES = "samples.jsonl";
  public static final String UNREADABLE = "unreadable.jsonl";
  public static final String REPORT = "report.md";

  private EvaluationFiles() {}

  /** Writes the files into a folder, each whole or not at all. */
  public static void write(Path folder, EvaluationRun run) throws IOException {
    AtomicFiles.write(
        folder.resolve(SAMPLES),
        out -> {
          for (EvaluationReport report : run.reports()) {
            for (Verdict verdict : report.verdicts()) {
              String line = Json.compact(sample(report, verdict)) + "\n";
              out.write(line.getBytes(StandardCharsets.UTF_8));
            }
            for (FailedTask failed : report.failed()) {
              String line = Json.compact(sample(report, failed)) + "\n";
              out.write(line.getBytes(StandardCharsets.UTF_8));
            }
          }
        });
    writeUnreadable(folder.resolve(UNREADABLE), run);
    AtomicFiles.writeText(folder.resolve(RESULTS), Json.pretty(HarnessResults.toJson(run)) + "\n");
    AtomicFiles.writeText(folder.resolve(REPORT), EvaluationMarkdown.of(run));
    for (EvaluationReport report : run.reports()) {
      report.benchmark().own().write(folder.resolve(report.benchmark().name()), run, report);
    }
  }

  /**
   * Writes all records that gave no task; an earlier evaluation's file goes when there are none.
   */
  private static void writeUnreadable(Path file, EvaluationRun run) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (EvaluationReport report : run.reports()) {
      for (UnreadableRecord record : report.benchmark().unreadable()) {
        ObjectNode node = Json.object();
        node.put("benchmark", report.benchmark().name());
        node.put("file", record.file());
        node.put("record", record.record());
        node.put("reason", record.reason());
        lines.append(Json.compact(node)).append('\n');
      }
    }
    if (lines.isEmpty()) {
      Files.deleteIfExists(file);
    } else {
      AtomicFiles.writeText(file, lines.toString());
    }
  }

  private static ObjectNode sample(
      EvaluationReport report, BenchmarkTask task, List<Message> messages) {
    ObjectNode node = Json.object();
    node.put("benchmark", report.benchmark().name());
    node.put("category", task.category());
    node.put("doc_id", task.id());
    ArrayNode prompt = node.putArray("prompt");
    for (Message message : messages) {
      prompt.addObject().put("role", message.role().wireName()).put("content", message.content());
    }
    return node;
  }

  private static ObjectNode sample(EvaluationReport report, FailedTask failed) {
    ObjectNode node = sample(report, failed.task(), failed.messages());
    node.put("failed", failed.reason());
    node.putNull("output");
    node.set("gold", CallWriter.toJson(failed.task().task().gold()));
    node.put("no_tool", failed.task().noTool());
    return node;
  }

  /** The length of an answer, null when it is not known. */
  static void putTokens(ObjectNode node, Verdict verdict) {
    if (verdict.tokens().isPresent()) {
      node.put("tokens", verdict.tokens().getAsInt());
    } else {
      node.putNull("tokens");
    }
  }

  private static ObjectNode sample(EvaluationReport report, Verdict verdict) {
    ObjectNode node = sample(report, verdict.task(), verdict.messages());
    node.put("fits", verdict.fits());
    verdict.tooLong().ifPresent(reason -> node.put("too_long", reason));
    node.put("output", verdict.answer());
    putTokens(node, verdict);
    switch (verdict.calls()) {
      case ParsedCalls.Calls(List<ToolCall> calls, int ignored) -> {
        node.set("parsed", CallWriter.toJson(calls));
        node.put("ignored", ignored);
      }
      case ParsedCalls.Unusable(boolean _, String reason) -> {
        node.putNull("parsed");
        node.put("unusable", reason);
      }
    }
    node.set("gold", CallWriter.toJson(verdict.task().task().gold()));
    node.put("no_tool", verdict.noTool());
    verdict.task().unanswerable().ifPresent(reason -> node.put("unanswerable", reason));
    Grades grades = verdict.grades();
    node.put("strict", grades.strict());
    node.put("equivalent", grades.equivalent());
    grades.error().ifPresent(error -> node.put("error", error));
    if (!grades.own().isEmpty()) {
      ObjectNode own = node.putObject("own");
      grades.own().forEach(own::put);
    }
    if (!grades.overlaps().isEmpty()) {
      ObjectNode overlaps = node.putObject("overlaps");
      grades
          .overlaps()
          .forEach(
              (name, overlap) ->
                  overlaps
                      .putObject(name)
                      .put("matched", overlap.matched())
                      .put("predicted", overlap.predicted())
                      .put("gold", overlap.gold()));
    }
    return node;
  }
}

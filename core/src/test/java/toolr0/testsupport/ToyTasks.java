package toolr0.testsupport;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toolr0.base.Json;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.Grader;
import toolr0.task.ParsedTask;
import toolr0.task.Task;
import toolr0.task.TaskDraft;
import toolr0.task.TaskParser;
import toolr0.task.TaskParserConfig;
import tools.jackson.databind.node.ObjectNode;

/** Tasks whose question says the call: which tool, and with which code. */
public final class ToyTasks {
  private static final Pattern QUESTION =
      Pattern.compile("Please ask (lookup_[a-z]+) about the code ([A-Z0-9]+)");

  private ToyTasks() {}

  /** A Generator's completion that holds the task. */
  public static String completion(String word, String code) {
    return """
    <question>Please ask lookup_%s about the code %s before the meeting at the %s office</question>
    <available_tools>[%s,%s]</available_tools>
    <tool_call_answer>%s</tool_call_answer>"""
        .formatted(
            word, code, word, tool("lookup_" + word), tool("store_" + word), call(word, code));
  }

  /** The task of {@link #completion}. */
  public static Task task(String word, String code) {
    if (new TaskParser(TaskParserConfig.standard()).parse(completion(word, code))
        instanceof ParsedTask.Parsed(Task task, TaskDraft _)) {
      return task;
    }
    throw new AssertionError("the toy task does not parse");
  }

  /** The right answer to a prompt that holds a toy question. */
  public static Optional<String> answer(String prompt, boolean right) {
    Matcher matcher = QUESTION.matcher(prompt);
    if (!matcher.find()) {
      return Optional.empty();
    }
    String word = matcher.group(1).substring("lookup_".length());
    String code = right ? matcher.group(2) : matcher.group(2) + "X";
    return Optional.of("<tool_call_answer>" + call(word, code) + "</tool_call_answer>");
  }

  /** A benchmark of toy tasks in two categories. */
  public static Benchmark benchmark(int size) {
    List<BenchmarkTask> tasks =
        java.util.stream.IntStream.range(0, size)
            .mapToObj(
                i -> {
                  Task task = task(i % 3 == 0 ? "train" : "hotel", code(i));
                  return new BenchmarkTask(
                      "toy-" + i, i % 2 == 0 ? "even" : "odd", task, Grader.typed(task));
                })
            .toList();
    return new Benchmark("pocket", tasks);
  }

  /**
   * A code that differs in letters for every number, as digits alone do not make tasks different.
   */
  public static String code(int number) {
    StringBuilder code = new StringBuilder("Q");
    for (int left = number; left > 0 || code.length() < 6; left /= 7) {
      code.append("BDFHJKM".charAt(left % 7));
    }
    return code.toString();
  }

  private static String tool(String name) {
    return """
    {"name":"%s","description":"Works on a code","parameters":{"code":{"type":"string","description":"the code"}},"required":["code"]}"""
        .formatted(name);
  }

  private static String call(String word, String code) {
    ObjectNode call = Json.object();
    call.put("name", String.format(Locale.ROOT, "lookup_%s", word));
    call.putObject("arguments").put("code", code);
    return "[" + Json.compact(call) + "]";
  }
}

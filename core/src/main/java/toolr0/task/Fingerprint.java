package toolr0.task;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import toolr0.base.Hashes;
import toolr0.base.Text;
import toolr0.tool.Parameter;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;

/**
 * The published fingerprints of a task (method section 5.1), as SHA-1 in hexadecimal: tasks that
 * differ in digits, case or white space of the question, in the order of tools or in values only,
 * share them.
 *
 * @param question of the question, in lower case, digits replaced by 0, white space collapsed
 * @param tools of the tools' names and parameter names, both sorted
 * @param calls of the calls' names and sorted argument names, in the calls' order
 * @param combined of the three together
 */
public record Fingerprint(String question, String tools, String calls, String combined) {

  /** One of the fingerprints. */
  public enum Part {
    QUESTION,
    TOOLS,
    CALLS,
    COMBINED
  }

  /** One of the four. */
  public String part(Part part) {
    return switch (part) {
      case QUESTION -> question;
      case TOOLS -> tools;
      case CALLS -> calls;
      case COMBINED -> combined;
    };
  }

  public static Fingerprint of(Task task) {
    String question = questionKey(task.question());
    String tools = toolsKey(task.tools());
    String calls = callsKey(task.gold());
    return new Fingerprint(
        Hashes.sha1(question),
        Hashes.sha1(tools),
        Hashes.sha1(calls),
        Hashes.sha1(question + "||" + tools + "||" + calls));
  }

  /** The question as far as the fingerprint regards it. */
  public static String questionKey(String question) {
    StringBuilder out = new StringBuilder(question.length());
    Text.lowerCase(question)
        .codePoints()
        .map(c -> Character.isDigit(c) ? '0' : c)
        .forEach(out::appendCodePoint);
    return Text.collapse(out.toString());
  }

  private static String toolsKey(List<ToolSpec> tools) {
    return tools.stream()
        .sorted(Comparator.comparing(ToolSpec::name, Text.BY_CODE_POINTS))
        .map(
            tool ->
                signature(tool.name(), tool.parameters().stream().map(Parameter::name).toList()))
        .collect(Collectors.joining("|"));
  }

  private static String callsKey(List<ToolCall> calls) {
    return calls.stream()
        .map(
            call ->
                signature(
                    call.name(),
                    StreamSupport.stream(call.arguments().propertyNames().spliterator(), false)
                        .toList()))
        .collect(Collectors.joining("->"));
  }

  private static String signature(String name, List<String> keys) {
    return name
        + keys.stream().sorted(Text.BY_CODE_POINTS).collect(Collectors.joining(",", "(", ")"));
  }
}

package toolr0.eval.sets;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import toolr0.base.PythonText;
import toolr0.eval.Grader;
import toolr0.eval.Grades;
import toolr0.eval.Overlap;
import toolr0.task.Task;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;

/**
 * Judges by NESTFUL's own scores, beside exact match, except for the one that executes the calls.
 * Every call becomes the text {@code name(k = v, ...)} with its arguments sorted and values as
 * Python prints them; a text that begins with a dollar sign gets one at its end if it lacks it.
 * {@code partial_match} is the share of positions with equal texts, {@code full_match} whether all
 * are equal. Lists of different length are first aligned by name: of each gold call in turn, either
 * the next prediction has the same name, or it stands against nothing; predictions that are left
 * stand against nothing. Overlaps: {@code names} of the distinct names of an answer, {@code
 * parameters} of its distinct {@code k = v} with their call's name; they are counted over all
 * answers (micro), where the authors average over the values that occur (macro).
 */
final class NestfulGrader implements Grader {
  private final Grader published;
  private final List<ToolCall> gold;

  NestfulGrader(Task task) {
    this.published = Grader.published(task);
    this.gold = task.gold();
  }

  @Override
  public Grades grade(ParsedCalls answer) {
    List<ToolCall> calls = answer.whole().orElse(List.of());
    double partial = partialMatch(calls);
    return published
        .grade(answer)
        .with("partial_match", partial)
        .with("full_match", partial == 1)
        .with("names", overlap(names(calls), names(gold)))
        .with("parameters", overlap(parameters(calls), parameters(gold)));
  }

  private double partialMatch(List<ToolCall> calls) {
    boolean aligned = calls.size() != gold.size();
    int equal = 0;
    int positions = 0;
    int next = 0;
    for (ToolCall wanted : gold) {
      positions++;
      if (next < calls.size() && (!aligned || calls.get(next).name().equals(wanted.name()))) {
        equal += line(calls.get(next)).equals(line(wanted)) ? 1 : 0;
        next++;
      }
    }
    positions += calls.size() - next;
    return (double) equal / positions;
  }

  private static String line(ToolCall call) {
    return assignments(call).stream()
        .sorted()
        .collect(Collectors.joining(", ", call.name() + "(", ")"));
  }

  private static List<String> assignments(ToolCall call) {
    List<String> assignments = new ArrayList<>();
    for (Map.Entry<String, JsonNode> argument : call.arguments().properties()) {
      String value = PythonText.str(argument.getValue());
      boolean open =
          argument.getValue().isString() && value.startsWith("$") && !value.endsWith("$");
      assignments.add(argument.getKey() + " = " + value + (open ? "$" : ""));
    }
    return assignments;
  }

  private static Set<String> names(List<ToolCall> calls) {
    return calls.stream().map(ToolCall::name).collect(Collectors.toSet());
  }

  private static Set<String> parameters(List<ToolCall> calls) {
    Set<String> parameters = new HashSet<>();
    for (ToolCall call : calls) {
      assignments(call).forEach(a -> parameters.add(call.name() + "(" + a));
    }
    return parameters;
  }

  private static Overlap overlap(Set<String> predicted, Set<String> wanted) {
    long matched = predicted.stream().filter(wanted::contains).count();
    return new Overlap(matched, predicted.size(), wanted.size());
  }
}

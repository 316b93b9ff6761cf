package toolr0.eval.sets;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import toolr0.base.PythonText;
import toolr0.base.Text;
import toolr0.eval.Grader;
import toolr0.eval.Grades;
import toolr0.eval.Overlap;
import toolr0.task.Task;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;

/**
 * Judges slot filling, beside exact match. {@code exact}: one call of the right intent with the
 * right slots, whose texts are equal after collapsing white space; {@code case_insensitive}: the
 * same without regard to case; and the overlap {@code slots} of (slot, text) pairs, to which the
 * calls of other intents add predictions but no matches. A value that is not text counts as the
 * text that Python prints.
 */
final class SnipsGrader implements Grader {
  private final Grader published;
  private final ToolCall gold;

  SnipsGrader(Task task) {
    this.published = Grader.published(task);
    this.gold = task.gold().getFirst();
  }

  @Override
  public Grades grade(ParsedCalls answer) {
    List<ToolCall> calls = answer.whole().orElse(List.of());
    int predicted = calls.stream().mapToInt(call -> call.arguments().size()).sum();
    int matched =
        calls.stream()
            .filter(call -> call.name().equals(gold.name()))
            .findFirst()
            .map(call -> matches(call, UnaryOperator.identity()))
            .orElse(0);
    return published
        .grade(answer)
        .with("exact", same(calls, UnaryOperator.identity()))
        .with("case_insensitive", same(calls, Text::foldCase))
        .with("slots", new Overlap(matched, predicted, gold.arguments().size()));
  }

  private boolean same(List<ToolCall> calls, UnaryOperator<String> form) {
    return calls.size() == 1
        && calls.getFirst().name().equals(gold.name())
        && calls.getFirst().arguments().size() == gold.arguments().size()
        && matches(calls.getFirst(), form) == gold.arguments().size();
  }

  private int matches(ToolCall call, UnaryOperator<String> form) {
    int matches = 0;
    for (Map.Entry<String, JsonNode> slot : gold.arguments().properties()) {
      JsonNode value = call.arguments().get(slot.getKey());
      if (value != null && text(value, form).equals(text(slot.getValue(), form))) {
        matches++;
      }
    }
    return matches;
  }

  private static String text(JsonNode value, UnaryOperator<String> form) {
    return form.apply(Text.collapse(PythonText.str(value)));
  }
}

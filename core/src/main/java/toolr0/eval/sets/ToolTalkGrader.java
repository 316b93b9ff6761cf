package toolr0.eval.sets;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import toolr0.base.PythonText;
import toolr0.base.Text;
import toolr0.eval.Grader;
import toolr0.eval.Grades;
import toolr0.eval.Overlap;
import toolr0.task.Task;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Judges a turn of ToolTalk, beside exact match, without its simulator. Values are compared as
 * Python prints them, trimmed, without quotes at their ends, in lower case; the session token does
 * not count.
 *
 * <p>{@code turn}: as many calls as gold has, each gold call equal to one of its own, names without
 * case. {@code success}: the authors' rule, by which a prediction meets a gold call of the same
 * name when it has all of gold's arguments (others are free), every gold call has to be met, and no
 * prediction that meets none may be an action. The overlap {@code calls} counts the same meetings.
 * The authors also compare responses, which needs the simulator, and some texts by the similarity
 * of sentence vectors, which needs their model.
 */
final class ToolTalkGrader implements Grader {
  private final Grader published;
  private final List<ToolCall> gold;
  private final Set<String> actions;

  /**
   * @param actions the tools that change something
   */
  ToolTalkGrader(Task task, Set<String> actions) {
    this.published = Grader.published(task);
    this.gold = task.gold();
    this.actions = Set.copyOf(actions);
  }

  @Override
  public Grades grade(ParsedCalls answer) {
    List<ToolCall> calls = answer.whole().orElse(List.of());
    List<ToolCall> unmet = new ArrayList<>(gold);
    boolean badAction = false;
    for (ToolCall call : calls) {
      boolean meets =
          take(unmet, wanted -> call.name().equals(wanted.name()) && holds(call, wanted));
      badAction |= !meets && actions.contains(call.name());
    }
    int met = gold.size() - unmet.size();
    return published
        .grade(answer)
        .with("turn", sameTurn(calls))
        .with("success", unmet.isEmpty() && !badAction)
        .with("calls", new Overlap(met, calls.size(), gold.size()));
  }

  private boolean sameTurn(List<ToolCall> calls) {
    List<ToolCall> left = new ArrayList<>(gold);
    return calls.size() == gold.size()
        && calls.stream().allMatch(call -> take(left, wanted -> sameCall(call, wanted)));
  }

  private interface Test {
    boolean meets(ToolCall wanted);
  }

  /** Takes the first of the calls that passes a test. */
  private static boolean take(List<ToolCall> calls, Test test) {
    for (int i = 0; i < calls.size(); i++) {
      if (test.meets(calls.get(i))) {
        calls.remove(i);
        return true;
      }
    }
    return false;
  }

  private static boolean sameCall(ToolCall call, ToolCall wanted) {
    return lower(call.name()).equals(lower(wanted.name()))
        && size(call.arguments()) == size(wanted.arguments())
        && holds(call, wanted);
  }

  private static int size(ObjectNode arguments) {
    return arguments.size() - (arguments.has(ToolTalkReader.SESSION_TOKEN) ? 1 : 0);
  }

  /** Whether a call has all arguments of a gold call, with equal values. */
  private static boolean holds(ToolCall call, ToolCall wanted) {
    for (Map.Entry<String, JsonNode> argument : wanted.arguments().properties()) {
      JsonNode value = call.arguments().get(argument.getKey());
      if (value == null || !plain(value).equals(plain(argument.getValue()))) {
        return false;
      }
    }
    return true;
  }

  private static String plain(JsonNode value) {
    String text = value.isNull() ? "" : Text.strip(PythonText.str(value));
    int start = 0;
    int end = text.length();
    while (start < end && isQuote(text.charAt(start))) {
      start++;
    }
    while (end > start && isQuote(text.charAt(end - 1))) {
      end--;
    }
    return Text.lowerCase(text.substring(start, end));
  }

  private static boolean isQuote(char c) {
    return c == '\'' || c == '"';
  }

  private static String lower(String name) {
    return Text.lowerCase(Text.strip(name));
  }
}

package toolr0.task;

import toolr0.base.Text;

/**
 * How far a task keeps to its control spec; each part is in [0, 1].
 *
 * @param tools 1 for the right size of the menu, less by each tool too many or missing
 * @param calls 1 for the right number of gold calls, else 0
 * @param context 1 when the question is a conversation exactly if one was asked for, else 0
 */
public record SpecAdherence(double tools, double calls, double context) {

  /** The adherence of a task. */
  public static SpecAdherence of(ControlSpec spec, Task task) {
    int difference = Math.abs(task.tools().size() - spec.numTools());
    double tools = Math.max(0, 1 - (double) difference / Math.max(1, spec.numTools()));
    double calls = task.gold().size() == spec.numCalls() ? 1 : 0;
    boolean wanted = spec.contextType() == ContextType.MULTI_TURN;
    double context = isConversation(task.question()) == wanted ? 1 : 0;
    return new SpecAdherence(tools, calls, context);
  }

  /** The mean of the parts. */
  public double mean() {
    return (tools + calls + context) / 3;
  }

  /**
   * Whether a question holds a conversation: at least two turns marked "User:" and one marked
   * "Agent:" or "Assistant:".
   */
  public static boolean isConversation(String question) {
    String lower = Text.lowerCase(question);
    return marks(lower, "user:") >= 2 && marks(lower, "agent:") + marks(lower, "assistant:") >= 1;
  }

  private static int marks(String text, String mark) {
    int count = 0;
    for (int at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length())) {
      if (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1))) {
        count++;
      }
    }
    return count;
  }
}

package toolr0.task;

import java.util.List;
import toolr0.base.Text;

/**
 * The published score by which one of several equal tasks is kept (method section 5.1), in [0, 3].
 */
public final class QualityScore {
  private static final double FULL_QUESTION = 220;
  private static final double FULL_CALLS = 3;
  private static final double FULL_TOOLS = 4;
  private static final List<String> FILLERS = List.of("dummy", "placeholder", "lorem ipsum");

  private QualityScore() {}

  public static double of(Task task) {
    return of(task.question(), task.tools().size(), task.gold().size());
  }

  static double of(String question, int tools, int calls) {
    double score =
        Math.min(1, Text.length(question) / FULL_QUESTION)
            + Math.min(1, calls / FULL_CALLS)
            + Math.min(1, tools / FULL_TOOLS);
    String lower = Text.lowerCase(question);
    if (FILLERS.stream().anyMatch(filler -> Text.indexOfWord(lower, filler) >= 0)) {
      score -= 1;
    }
    return Math.max(0, score);
  }
}

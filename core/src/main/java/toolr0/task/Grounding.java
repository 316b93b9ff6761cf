package toolr0.task;

import java.util.List;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;

/**
 * Says whether the values of calls stand in a question, so that the question holds all that is
 * needed to answer it.
 */
public final class Grounding {
  private Grounding() {}

  /**
   * Counts the values of all calls that stand in the question; booleans and nulls are not counted.
   */
  public static GroundingScore score(String question, List<ToolCall> calls, GroundingRule rule) {
    Question prepared = prepare(question, rule);
    int matched = 0;
    int counted = 0;
    for (ToolCall call : calls) {
      for (JsonNode value : call.arguments().values()) {
        if (prepared.counts(value)) {
          counted++;
          matched += prepared.holds(value) ? 1 : 0;
        }
      }
    }
    boolean none = rule == GroundingRule.PUBLISHED_FIRST_VERSION && matched < counted;
    return new GroundingScore(none ? 0 : matched, counted);
  }

  /** A question made ready for looking up many values. */
  public static Question prepare(String question, GroundingRule rule) {
    return switch (rule) {
      case TYPED -> new TypedQuestion(question);
      case PUBLISHED -> new PublishedQuestion(question, true);
      case PUBLISHED_FIRST_VERSION -> new PublishedQuestion(question, false);
    };
  }

  /** A question in which values can be looked up. */
  public sealed interface Question permits TypedQuestion, PublishedQuestion {

    /** Whether the value is one to look for at all. */
    boolean counts(JsonNode value);

    /** Whether the value stands in the question. */
    boolean holds(JsonNode value);
  }
}

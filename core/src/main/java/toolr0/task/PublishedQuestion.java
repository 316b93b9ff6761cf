package toolr0.task;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A question reduced to lower-case a-z and 0-9, as the published grounding sees it (method section
 * 4.4).
 */
final class PublishedQuestion implements Grounding.Question {
  private final WordRuns runs;
  private final boolean skipReferences;

  /**
   * A question made ready.
   *
   * @param skipReferences whether references to the results of other calls are not looked for
   */
  PublishedQuestion(String question, boolean skipReferences) {
    this.skipReferences = skipReferences;
    this.runs = new WordRuns(words(PublishedVariants.normalise(question)));
  }

  @Override
  public boolean counts(JsonNode value) {
    return PublishedVariants.counts(value)
        && !(skipReferences && PublishedVariants.isReference(value));
  }

  @Override
  public boolean holds(JsonNode value) {
    return PublishedVariants.of(value).stream().anyMatch(v -> runs.contains(words(v)));
  }

  private static List<String> words(String normalised) {
    return List.of(normalised.split(" ", -1));
  }
}

package toolr0.score;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import toolr0.base.Json;
import toolr0.base.JsonSyntaxException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Scores a stream of JSON objects, one a line, holding one line at a time. */
public final class ScoreStream {
  private ScoreStream() {}

  /**
   * Reads every line, writes one line for each that can be scored, and passes over blank ones.
   *
   * @param source names the stream in messages
   * @param bad hears of every line that cannot be scored: source, line and what was expected
   */
  public static ScoreSummary run(
      LineScorer scorer, InputStream in, String source, OutputStream out, Consumer<String> bad)
      throws IOException {
    ScoreSummary summary = new ScoreSummary();
    LineStream lines = new LineStream(in);
    while (true) {
      try {
        Optional<String> text = lines.next();
        if (text.isEmpty()) {
          return summary;
        }
        if (!text.get().isBlank()) {
          ObjectNode given = object(text.get());
          LineScore score = scorer.score(given);
          byte[] written =
              (Json.compact(score.toJson(lines.number(), given)) + "\n")
                  .getBytes(StandardCharsets.UTF_8);
          out.write(written);
          summary.add(score);
        }
      } catch (LineException e) {
        summary.addBad();
        bad.accept(source + ":" + lines.number() + ": " + e.getMessage());
      }
    }
  }

  private static ObjectNode object(String text) {
    JsonNode node;
    try {
      node = Json.parse(text);
    } catch (JsonSyntaxException e) {
      throw new LineException("expected a JSON object: " + e.getMessage());
    }
    if (!(node instanceof ObjectNode object)) {
      throw new LineException("expected a JSON object, found " + Words.kind(node));
    }
    return object;
  }
}

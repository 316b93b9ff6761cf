package toolr0.tool;

import java.util.Optional;
import toolr0.tool.LiteralReader.Grammar;
import tools.jackson.databind.JsonNode;

/**
 * JSON as Python's {@code json.loads} reads it, which the published code works on: {@code NaN},
 * {@code Infinity} and {@code -Infinity} are numbers, and so are decimals too large for a double,
 * which are infinite. Of a repeated key the last value counts.
 */
public final class PythonJson {
  private PythonJson() {}

  /**
   * The value that a text is, null included; empty when it is none or is nested too deep. Time is
   * linear in the text, and nothing is thrown.
   */
  public static Optional<JsonNode> parse(String text) {
    return LiteralReader.read(text, Grammar.PYTHON_JSON);
  }
}

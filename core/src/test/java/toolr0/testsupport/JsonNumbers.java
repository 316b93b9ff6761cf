package toolr0.testsupport;

import java.util.List;
import toolr0.base.Json;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;

/** Tells calls that JSON can hold from those with numbers that only Python's reader accepts. */
public final class JsonNumbers {
  private JsonNumbers() {}

  /** Whether every number of the calls' arguments is an integer or within a double's range. */
  public static boolean finite(List<ToolCall> calls) {
    return calls.stream().allMatch(call -> finite(call.arguments()));
  }

  private static boolean finite(JsonNode node) {
    return node.isNumber()
        ? node.isIntegralNumber() || Double.isFinite(Json.toDouble(node))
        : node.values().stream().allMatch(JsonNumbers::finite);
  }
}
